import { closeDatabase, database } from '@/db'
import { isMigrated } from '@/lib/api/health'
import { CannotGoOn } from '@/lib/cli/process/terminal'
import { resolveEnvironment } from '@/lib/cli/process/resolve-environment'
import { isDatabaseAway } from '@/lib/database-away'
import { EnvironmentError } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { PostgresUnavailable } from '@/lib/postgres'
import { UsageError, type Asked, type Outcome } from './command'
import { helpText, readCommandLine, type CommandLine } from './command-line'

/** Where results and talk go. */
export interface Streams {
  /** Waits while whoever reads is slower than we are: memory must not grow with what is written. */
  write(text: string): Promise<void>
  say(line: string): void
}

const couldNotRun = 2

/** Runs one command. @returns its exit code: 0 done, 1 found something wrong, 2 could not run */
export async function runTributary(args: readonly string[], streams: Streams): Promise<number> {
  try {
    const line = readCommandLine(args)
    if (!('help' in line)) return await runCommand(line, streams)
    await streams.write(`${helpText(line.help)}\n`)
    return 0
  } catch (error) {
    streams.say(explain(error))
    return couldNotRun
  }
}

async function runCommand(line: CommandLine, streams: Streams): Promise<number> {
  const { command, positionals, values, isJson } = line
  const { leave } = await resolveEnvironment({ stripe: command.needs === 'stripe' })
  try {
    if (command.needs !== 'migration' && !(await isMigrated(database()))) {
      throw new CannotGoOn('The database is not up to date: run `npm run tributary -- migrate` first.')
    }
    const asked: Asked = {
      ...streams,
      positionals,
      isJson,
      flag: (option) => values[option] === true,
      text: (option) => {
        const value = values[option]
        return typeof value === 'string' ? value : undefined
      },
    }
    return await print(await command.run(asked), isJson, streams)
  } finally {
    await closeDatabase()
    await leave()
  }
}

async function print(outcome: Outcome | null, isJson: boolean, { write }: Streams): Promise<number> {
  if (outcome === null) return 0
  const { exit, result, lines } = outcome
  await write(isJson ? `${toJson(result)}\n` : lines.map((line) => `${line}\n`).join(''))
  return exit
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item), 2)
}

/** Reasons that one line explains; all others are shown whole. */
function explain(error: unknown): string {
  const isKnown = [UsageError, TributaryError, EnvironmentError, CannotGoOn, PostgresUnavailable].some(
    (kind) => error instanceof kind,
  )
  if (isDatabaseAway(error)) return 'The database does not answer.'
  if (!(error instanceof Error)) return String(error)
  return isKnown ? error.message : (error.stack ?? error.message)
}
