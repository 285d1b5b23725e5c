import 'server-only'
import { eq } from 'drizzle-orm'
import { payoutRuns, programme, type Database } from '@/db'
import { dayOf, monthOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { violatedConstraint } from '@/lib/unique-violation'
import { draftPayoutRun } from './draft-payout-run'

const actor = { kind: 'system', job: 'payout-day' } as const

/**
 * Drafts the month's run on the terms' payout day, or as soon after as the worker runs, once. The month in which the programme began has
 * none. Nobody is paid by it: two people look at every draft, and any of them may approve this one.
 * @returns the run's id; null where none is due
 */
export async function draftScheduledRun(db: Database, options: { now?: Date } = {}): Promise<string | null> {
  const [own] = await db.select({ startedAt: programme.startedAt }).from(programme)
  if (!own) return null
  const now = options.now ?? (await programmeNow(db))
  const instant = Math.floor(now.getTime() / 1000)
  const today = dayOf(instant)
  const { payoutDay } = termsAt(await loadTermsOf(db, []), null, instant)
  if (payoutDay === 'by_hand') return null
  const month = monthOf(today)
  const scheduledOn = `${month}-${String(payoutDay).padStart(2, '0')}` as Day // the terms allow days 1 to 28
  const began = monthOf(dayOf(Math.floor(own.startedAt.getTime() / 1000)))
  if (today < scheduledOn || month <= began) return null
  const [there] = await db
    .select({ id: payoutRuns.id })
    .from(payoutRuns)
    .where(eq(payoutRuns.scheduledOn, scheduledOn))
  if (there) return null
  try {
    return await draftPayoutRun(actor, { scheduledOn, cutOffOn: scheduledOn }, { db, now })
  } catch (error) {
    // Another worker was first.
    if (violatedConstraint(error) === 'payout_runs_once_a_schedule') return null
    throw error
  }
}
