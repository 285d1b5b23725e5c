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

/** Runs a command's main function: a known reason is one line, anything else keeps its stack; both exit with 1. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main())
  } catch (error) {
    const known =
      error instanceof CannotGoOn || error instanceof EnvironmentError || error instanceof PostgresUnavailable
    if (known) say(error.message)
    else console.error(error)
    process.exit(1)
  }
}
