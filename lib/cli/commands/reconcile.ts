import { setTimeout as pause } from 'node:timers/promises'
import { database } from '@/db'
import { isDay, startOfDay } from '@/lib/calendar'
import { CannotGoOn } from '@/lib/cli/process/terminal'
import { env } from '@/lib/env'
import { findSweep, getTruths, type SweepSummary, type Truths } from '@/lib/intake/reconcile/queries'
import { reconcile, type Progress, type Reconciled } from '@/lib/intake/reconcile/reconcile'
import { keepCalls } from '@/lib/metrics/keep-calls'
import { formatMoney, formatRate } from '@/lib/money'
import { createPacedStripe } from '@/lib/stripe/paced-client'
import { only, operator, UsageError, type Asked, type Command } from './command'

/** A process that was killed holds its sweep for some seconds longer. */
const waitsForAnother = 20

export const reconcileCommand: Command = {
  name: 'reconcile',
  usage: '[--since DAY]',
  summary:
    'walks Stripe’s own record, compares it to the books and heals what is missing; exit 1 if something stays unexplained',
  options: {
    since: {
      type: 'string',
      value: 'DAY',
      help: 'objects made from that day on, e.g. to bring in the past; usually: since the last sweep',
    },
  },
  needs: 'stripe',
  run: async (asked) => {
    only(asked)
    const since = sinceOf(asked.text('since'))
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    process.once('SIGTERM', () => stop.abort())
    const ended = await sweepToTheEnd(asked, since, stop.signal)
    await keepCalls(database())
    const sweep = await findSweep(operator, ended.sweepId)
    if (sweep === null) throw new CannotGoOn('The sweep was taken away meanwhile.')
    const truths = await getTruths(operator)
    if (ended.state === 'stopped') asked.say('Stopped before the end; the next sweep goes on from here.')
    const unexplained = sweep.counts.reduce((sum, count) => sum + count.unexplained, 0)
    return {
      exit: ended.state === 'stopped' || unexplained > 0 ? 1 : 0,
      result: { ...sweep, finished: ended.state === 'done', resumed: ended.isResumed, truths },
      lines: [...linesOf(sweep), ...truthLines(truths)],
    }
  },
}

function sinceOf(text: string | undefined): Date | null {
  if (text === undefined) return null
  if (!isDay(text)) throw new UsageError('--since is not usable: a day such as 2026-01-31 is wanted.')
  return new Date(startOfDay(text) * 1000)
}

async function sweepToTheEnd(
  asked: Asked,
  since: Date | null,
  signal: AbortSignal,
): Promise<Exclude<Reconciled, { state: 'busy' }>> {
  const { stripeSecretKey, stripeApiBase } = env()
  const client = createPacedStripe(stripeSecretKey, stripeApiBase)
  const bar = progressBar(asked)
  for (let waited = 0; ; waited += 1) {
    const ended = await reconcile(operator, {
      db: database(),
      client,
      begunBy: 'by_hand',
      since,
      signal,
      onProgress: bar.show,
    })
    if (ended.state !== 'busy') {
      bar.end()
      if (ended.isResumed) asked.say('This sweep had been interrupted, and was taken up where it stood.')
      return ended
    }
    if (waited >= waitsForAnother || signal.aborted) {
      throw new CannotGoOn('Another process is sweeping already; its result is in the console.')
    }
    if (waited === 0) asked.say('Another process is sweeping, or has just died at it; waiting for it.')
    await pause(1000)
  }
}

/** On a terminal one line that is drawn anew, else a line a walk. */
function progressBar(asked: Asked): { show(progress: Progress): void; end(): void } {
  const { stderr } = process
  let title = ''
  return {
    show: (progress) => {
      const percent = Math.floor(progress.share * 100)
      const text = `${String(percent).padStart(3)} %  ${progress.seen.toLocaleString('en')} objects, ${progress.calls.toLocaleString('en')} calls`
      if (stderr.isTTY) {
        const filled = Math.round(progress.share * 24)
        const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`
        stderr.write(`\r\u001B[2K${bar} ${text}  ${progress.title}`)
      } else if (progress.title !== title) asked.say(`${text}  ${progress.title}`)
      title = progress.title
    },
    end: () => void (stderr.isTTY && stderr.write('\r\u001B[2K')),
  }
}

function linesOf({ counts, leakage, calls, limited }: SweepSummary): string[] {
  const width = Math.max(...counts.map(({ kind }) => kind.length), 5)
  const kinds = counts.map(({ kind, seen, right, healed, unexplained }) =>
    [
      kind.padEnd(width),
      `seen ${seen}`.padEnd(13),
      `already right ${right}`.padEnd(22),
      `healed ${healed}`.padEnd(15),
      `unexplained ${unexplained}`,
    ].join('  '),
  )
  const leaks = leakage.flatMap(({ displayName, affiliateId, currency, missedMinor, overpaidMinor }) => [
    `would have been lost: ${formatMoney(missedMinor, currency)} to ${displayName} (${affiliateId})` +
      (overpaidMinor > 0n ? `, and ${formatMoney(overpaidMinor, currency)} not taken back` : ''),
  ])
  const totals = new Map<string, bigint>()
  for (const { currency, missedMinor } of leakage) {
    totals.set(currency, (totals.get(currency) ?? 0n) + missedMinor)
  }
  for (const [currency, total] of totals) {
    leaks.push(`would have been lost: ${formatMoney(total, currency)} in all`)
  }
  const asked = `Stripe was asked ${calls} times${limited > 0 ? `, ${limited} of them too fast` : ''}`
  return [...kinds, ...leaks, ...(leaks.length === 0 ? ['nothing would have been lost'] : []), asked]
}

function truthLines({ clearing, timeliness, completeness }: Truths): string[] {
  const ms = (value: number | null) => (value === null ? '–' : `${value} ms`)
  return [
    clearing.holds
      ? 'clearing      every account that must be zero is'
      : `clearing      ${clearing.off.length} accounts that must be zero are not`,
    `timeliness    event to ledger: median ${ms(timeliness.medianMs)}, 95th percentile ${ms(timeliness.p95Ms)}`,
    `completeness  ${completeness.explained} of ${completeness.seen} objects have their line or their reason` +
      (completeness.shareBps === null ? '' : ` (${formatRate(completeness.shareBps)})`),
  ]
}
