import { parseArgs } from 'node:util'
import { commands } from './index'
import { UsageError, type Command } from './command'

export interface CommandLine {
  command: Command
  positionals: string[]
  values: Record<string, string | boolean | undefined>
  isJson: boolean
}

/** @returns null where help is wanted (of `command`, or of all). Throws UsageError with one clear line. */
export function readCommandLine(args: readonly string[]): CommandLine | { help: Command | null } {
  const words = args.filter((arg) => !arg.startsWith('-'))
  const wantsHelp = args.includes('--help') || args.includes('-h') || words[0] === 'help'
  const command = findCommand(words[0] === 'help' ? words.slice(1) : words)
  if (wantsHelp) return { help: command }
  if (command === null) throw new UsageError(unknown(words))
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }])),
        json: { type: 'boolean' },
      },
    })
    // The options above are of these two types, and none may be given several times.
    const given = values as Record<string, string | boolean | undefined>
    const own = command.name.split(' ')
    if (!own.every((word, index) => positionals[index] === word)) {
      throw new UsageError(`Options come after the command's name: ${usageOf(command)}`)
    }
    return {
      command,
      positionals: positionals.slice(own.length),
      values: given,
      isJson: given['json'] === true,
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const [sentence = 'The options cannot be read'] =
      error instanceof Error ? error.message.split(/\.\s/) : []
    throw new UsageError(`${sentence.replace(/\.$/, '')}. Usage: ${usageOf(command)}`)
  }
}

function findCommand(words: readonly string[]): Command | null {
  return commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word)) ?? null
}

function unknown(words: readonly string[]): string {
  const names = commands.map(({ name }) => name)
  const [first] = words
  if (first === undefined) return `Say what to do: ${names.join(', ')}.`
  const longer = names.filter((name) => name.startsWith(`${first} `))
  return longer.length > 0
    ? `"${words.slice(0, 2).join(' ')}" is no command: ${longer.join(' or ')} is.`
    : `There is no command "${first}": ${names.join(', ')}.`
}

export function usageOf({ name, usage }: Command): string {
  return `npm run tributary -- ${name}${usage === '' ? '' : ` ${usage}`}`
}

export function helpText(command: Command | null): string {
  if (command === null) {
    const width = Math.max(...commands.map(({ name }) => name.length))
    return [
      'npm run tributary -- <command>',
      '',
      ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
      '',
      'Results go to standard output, talk to standard error. --json: the result as JSON. <command> --help: its options.',
      'Exit code: 0 done, 1 found something wrong, 2 could not run.',
    ].join('\n')
  }
  const options = Object.entries(command.options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ])
  const all = [...options, ['--json', 'the result as JSON']]
  const width = Math.max(...all.map(([option = '']) => option.length))
  const lines = all.map(([option = '', help = '']) => `  ${option.padEnd(width)}  ${help}`)
  return [usageOf(command), '', `  ${command.summary}`, '', ...lines].join('\n')
}
