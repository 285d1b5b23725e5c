import { describe, expect, it } from 'vitest'
import { commands } from './index'
import { only, UsageError, type Asked } from './command'
import { helpText, readCommandLine, usageOf } from './command-line'

function read(text: string) {
  const line = readCommandLine(text.split(' ').filter((word) => word !== ''))
  return 'help' in line ? { help: line.help?.name ?? null } : { ...line, command: line.command.name }
}

describe('the command line', () => {
  it('takes options before and after values', () => {
    expect(read('terms set rate_bps=2500 --from 2027-01-01 hold_days=14')).toMatchObject({
      command: 'terms set',
      positionals: ['rate_bps=2500', 'hold_days=14'],
      values: { from: '2027-01-01' },
      isJson: false,
    })
    expect(read('verify --json')).toMatchObject({ command: 'verify', isJson: true })
    expect(read('--json verify')).toMatchObject({ command: 'verify', isJson: true })
  })

  it('gives help, of everything or of one command', () => {
    expect(read('--help')).toEqual({ help: null })
    expect(read('help')).toEqual({ help: null })
    expect(read('help terms set')).toEqual({ help: 'terms set' })
    expect(read('api-key create -h')).toEqual({ help: 'api-key create' })
    const text = helpText(null).replaceAll(/ +/g, ' ')
    for (const { name, summary } of commands) expect(text).toContain(`\n ${name} ${summary}\n`)
    for (const command of commands) {
      const own = helpText(command)
      expect(own).toContain(usageOf(command))
      for (const option of Object.keys(command.options)) expect(own).toContain(`--${option}`)
    }
  })

  it.each([
    ['', /^Say what to do: migrate, /],
    ['frobnicate', /^There is no command "frobnicate": migrate, /],
    ['terms', /^"terms" is no command: terms show or terms set is\.$/],
    ['terms drop', /^"terms drop" is no command: /],
    ['verify --colour', /^Unknown option '--colour'\. Usage: npm run tributary -- verify$/],
    ['api-key create --name', /^Option '--name <value>' argument missing\. Usage: /],
    ['verify --json=1', /^Option '--json' does not take an argument\. Usage: /],
  ])('"%s" is refused in one line', (text, words) => {
    expect(() => read(text)).toThrow(UsageError)
    expect(() => read(text)).toThrow(words)
    expect(() => read(text)).not.toThrow(/\n/)
  })

  it('counts what a command takes', () => {
    const asked = (...positionals: string[]): Asked => ({
      positionals,
      text: () => undefined,
      flag: () => false,
      say: () => undefined,
      write: () => Promise.resolve(),
      isJson: false,
    })
    expect(only(asked('a'), 'EMAIL')).toEqual(['a'])
    expect(() => only(asked(), 'EMAIL')).toThrow('EMAIL is missing.')
    expect(() => only(asked('a', 'b'), 'EMAIL')).toThrow('"b" is one too many.')
  })
})
