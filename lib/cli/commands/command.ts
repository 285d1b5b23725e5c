import type { Actor } from '@/lib/actor'

/** Whoever has a shell on the machine and the database's password runs the programme. */
export const operator: Actor = { kind: 'system', job: 'command-line' }

export interface Option {
  type: 'string' | 'boolean'
  /** As shown in the usage: `DAY`. */
  value?: string
  /** One line. */
  help: string
}

/** What a command came to. Lines are for people, the result for programs (`--json`). */
export interface Outcome {
  /** 0: done; 1: found something wrong. */
  exit: 0 | 1
  result: unknown
  lines: string[]
}

export interface Asked {
  /** Without the command's own words. */
  positionals: string[]
  /** By option; absent where it was not given. */
  text(option: string): string | undefined
  flag(option: string): boolean
  /** For what is not a result: standard error. */
  say(line: string): void
  /** Result by result, for what is too large to be kept; waits while the reader is slow. Not with `--json` on a stream. */
  write(text: string): Promise<void>
  isJson: boolean
}

export interface Command {
  /** `api-key create` */
  name: string
  /** What follows the name: `KEY=VALUE… [--from DAY]`. */
  usage: string
  summary: string
  options: Record<string, Option>
  /** What it cannot run without. `stripe` includes the database. */
  needs: 'migration' | 'database' | 'stripe'
  /** Null: it has written its results itself. */
  run(asked: Asked): Promise<Outcome | null>
}

/** The command line is not as the command wants it; the message says what is. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Exactly these positionals. Throws UsageError. */
export function only<const N extends readonly string[]>(
  asked: Asked,
  ...names: N
): { [K in keyof N]: string } {
  const { positionals } = asked
  const missing = names[positionals.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
  const extra = positionals[names.length]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one too many.`)
  return names.map((_name, index) => positionals[index] ?? '') as { [K in keyof N]: string } // as many as names
}
