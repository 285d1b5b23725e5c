import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { log } from '@/lib/log'
import { inParallel } from '@/lib/stripe/read'
import type { Stripe } from '@/lib/stripe/client'
import { readTransfersStatus } from '@/lib/stripe/recipients'
import { findTransfers, sendTransfer, type TransferAnswer } from '@/lib/stripe/transfers'
import { accountOf, beginAttempt, lastAttempt, type Attempt, type Leased } from './begin-attempt'
import { leasePayouts } from './lease-payouts'
import { confirmSent, refuse, remainUnknown } from './record-answer'
import { isKeyKnown } from './rules'
import { unwatched, type Watch } from './steps'

export interface SendOptions {
  db: Database
  stripe: Stripe
  /** The wall's, as Stripe's keys age. */
  now: () => Date
  limit?: number
  watch?: Watch
}

/** Stripe takes a third of a second an answer: with fewer the pace that it allows is not reached. The pace itself is the client's. */
const lanes = 16

/**
 * Sends what is due of the runs that are being sent, and finds out what became of what is unknown. Safe to run at once and to be killed
 * anywhere: an attempt is committed with its key before Stripe is asked, and nothing is asked under another key before Stripe was seen
 * to have no transfer for the payout.
 * @returns how many payouts were taken on
 */
export async function sendPayouts(options: SendOptions): Promise<number> {
  const { db, now, limit = 40 } = options
  const due = sql`r.sending_since is not null
    and (p.state in ('sending', 'unknown') or (p.state = 'approved' and r.stopped is null))
    and (p.next_attempt_at is null or p.next_attempt_at <= ${now().toISOString()}::timestamptz)`
  const leased = await leasePayouts(db, due, { now: now(), limit })
  await inParallel(leased, lanes, async (payout) => {
    try {
      await sendOne(options, payout)
    } catch (error) {
      log.error({ error, payoutId: payout.id }, 'a payout could not be sent')
      await postpone(options, payout)
    }
  })
  return leased.length
}

async function sendOne(options: SendOptions, payout: Leased): Promise<void> {
  const { watch = unwatched } = options
  if (payout.state !== 'approved') {
    await watch('look:leased')
    return look(options, payout)
  }
  await watch('send:leased')
  const status = await readTransfersStatus(options.stripe, accountOf(payout))
  // Tried before and surely not made: but that is said by Stripe alone.
  const made = (await lastAttempt(options.db, payout.id))
    ? await findTransfers(options.stripe, payout.id)
    : []
  await watch('send:checked')
  const attempt = await beginAttempt(options, payout, { status, made: made.length })
  if (attempt) await ask(options, payout, attempt)
}

/** Finds out what became of a payout that was, or may have been, asked for. */
async function look(options: SendOptions, payout: Leased): Promise<void> {
  const { db, stripe, now, watch = unwatched } = options
  const [found, ...more] = await findTransfers(stripe, payout.id)
  await watch('look:looked')
  if (found) return confirmSent(options, payout, { found, more })
  const attempt = await lastAttempt(db, payout.id)
  if (attempt && isKeyKnown(attempt.at, now())) return ask(options, payout, attempt)
  return askAnew(options, payout)
}

async function ask(options: SendOptions, payout: Leased, attempt: Attempt): Promise<void> {
  const { stripe, watch = unwatched } = options
  await watch('send:attempt_committed')
  const answer = await sendTransfer(stripe, askOf(payout), attempt.idempotencyKey)
  await watch('send:answered')
  await take(options, payout, answer)
}

async function take(options: SendOptions, payout: Leased, answer: TransferAnswer): Promise<void> {
  if (answer.kind === 'sent') return confirmSent(options, payout, { found: answer.transfer, more: [] })
  if (answer.kind === 'unknown' && !answer.spent) return remainUnknown(options, payout, answer)
  // A refusal, or an error that its key repeats for ever: the request is over, and what it left is seen at Stripe.
  const [found, ...more] = await findTransfers(options.stripe, payout.id)
  if (found) return confirmSent(options, payout, { found, more })
  if (answer.kind === 'refused') return refuse(options, payout, answer)
  return askAnew(options, payout)
}

/** Under a further key: Stripe has no transfer, and no request under a key before can still make one. */
async function askAnew(options: SendOptions, payout: Leased): Promise<void> {
  const attempt = await beginAttempt(options, payout, { status: 'active', made: 0 })
  if (!attempt) return
  const { stripe, watch = unwatched } = options
  await watch('send:attempt_committed')
  const answer = await sendTransfer(stripe, askOf(payout), attempt.idempotencyKey)
  await watch('send:answered')
  // Whatever it is now, the next look decides: no third key in one go.
  if (answer.kind === 'unknown') return remainUnknown(options, payout, answer)
  return take(options, payout, answer)
}

function askOf(payout: Leased) {
  const { id: payoutId, runId, affiliateId, amountMinor, currency } = payout
  return {
    payoutId,
    runId,
    affiliateId,
    amountMinor: BigInt(amountMinor),
    currency,
    destination: accountOf(payout),
  }
}

/** Stripe or the database cannot be reached: what state it is in stays as it is, and it is taken on again soon. */
async function postpone({ db, now }: SendOptions, payout: Leased): Promise<void> {
  await db.execute(sql`
    update payouts set leased_until = null, looks = looks + 1,
      next_attempt_at = ${now().toISOString()}::timestamptz + make_interval(secs => least(900, power(2, least(looks, 10))))
    where id = ${payout.id} and leased_until = ${payout.leasedUntil}::timestamptz`)
}
