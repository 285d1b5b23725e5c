import { readSettings } from '@/lib/env'

/** Whether a fault is provoked a few times, as in `npm test`, or as often as `npm run test:faults` does. */
export const isLong = (): boolean => readSettings().FAULTS === 'long'

/** So many times in the short form, so many in the long one. */
export const times = (short: number, long: number): number => (isLong() ? long : short)

/** How long something may take: as it was promised in the long form; the short one also passes where the machine has no time. */
export const within = (ms: number): number => (isLong() ? ms : ms * 4)

/** What a fault test has measured, or why it could not; `npm test` shows these lines after the stage. */
export const figureMark = '· '

export function figure(line: string): void {
  process.stderr.write(`${figureMark}${line}\n`)
}

/** The value below which so many hundredths of them lie. */
export function percentile(values: readonly number[], hundredths: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100))] ?? 0
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** `median 1.2 s, longest 3.4 s`. */
export function spread(ms: readonly number[]): string {
  return `median ${inSeconds(percentile(ms, 50))}, longest ${inSeconds(Math.max(0, ...ms))}`
}
