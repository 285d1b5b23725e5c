import { EnvironmentError } from '@/lib/env'
import { PostgresUnavailable } from '@/lib/postgres'

/** A reason to stop that one line explains; it is printed without a stack. */
export class CannotGoOn extends Error {
  override readonly name = 'CannotGoOn'
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

export const seconds = (sinceMs: number): string => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`

/** Does `work` and says what came of it and how long it took. */
export async function step<T>(
  name: string,
  work: () => Promise<T>,
  outcome: (result: T) => string,
): Promise<T> {
  const begun = Date.now()
  const result = await work()
  say(`  ${name.padEnd(12)} ${outcome(result)} (${seconds(begun)})`)
  return result
}

/**
 * Why a command cannot go on, where a line says it, and what it exits with; undefined: what went wrong wants its stack. An option that
 * there is not is the caller's mistake (2), as with `tributary`.
 */
export function lineOf(error: unknown): { line: string; exit: number } | undefined {
  if (!(error instanceof Error)) return undefined
  const isOption = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  if (isOption) return { line: error.message, exit: 2 }
  const isKnown =
    error instanceof CannotGoOn || error instanceof EnvironmentError || error instanceof PostgresUnavailable
  return isKnown ? { line: error.message, exit: 1 } : undefined
}

/** Runs a command's main function: a known reason is one line, anything else keeps its stack and exits with 1. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main())
  } catch (error) {
    const known = lineOf(error)
    if (known) say(known.line)
    else console.error(error)
    process.exit(known?.exit ?? 1)
  }
}
