import type { CheckResult, Counts } from '@/lib/cli/process/static-checks'
import { say } from '@/lib/cli/process/terminal'

/** `N passed, N failed`, and `, N skipped` if any were. */
export function closingLine(all: readonly Counts[]): string {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0)
  const skipped = sum('skipped')
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** One calm line per stage; what a failed one said comes before it. */
export function tellStage({ name, passed, words, ms, counts }: CheckResult & { counts?: Counts }): void {
  if (!passed) say(`\n${words.trim()}\n`)
  const outcome = counts ? closingLine([counts]) : passed ? 'passed' : 'failed'
  say(`  ${name.padEnd(12)} ${outcome} (${(ms / 1000).toFixed(1)} s)`)
}
