import 'server-only'
import { sql } from 'drizzle-orm'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { log } from '@/lib/log'
import type { FoundTransfer, TransferAnswer } from '@/lib/stripe/transfers'
import { accountOf, lockLeased, sender, type Leased } from './begin-attempt'
import { enqueuePayoutMail } from './payout-mail'
import { movePayouts } from './move-payouts'
import { releasePayouts } from './release-payouts'
import { pauseSeconds } from './rules'
import type { SendOptions } from './send-payouts'
import { unwatched } from './steps'

type Answer<K extends TransferAnswer['kind']> = Extract<TransferAnswer, { kind: K }>

/** Stripe has the transfer: in_payout → paid, and the affiliate hears of it. */
export async function confirmSent(
  options: SendOptions,
  payout: Leased,
  { found, more }: { found: FoundTransfer; more: readonly FoundTransfer[] },
): Promise<void> {
  const { db, watch = unwatched } = options
  const isAsApproved =
    found.amountMinor === BigInt(payout.amountMinor) &&
    found.currency === payout.currency &&
    found.destination === accountOf(payout)
  if (more.length > 0 || !isAsApproved) {
    const ids = [found, ...more].map(({ id }) => id).join(', ')
    const sentence = `Stripe has ${ids} for it, which is not what was approved. Nothing more is sent until somebody has looked.`
    log.error({ payoutId: payout.id, transfers: ids }, 'a payout is not at Stripe as it was approved')
    return remainUnknown(options, payout, { kind: 'unknown', sentence, spent: false, stop: true })
  }
  await db.transaction(async (tx) => {
    if (!(await lockLeased(tx, payout))) return
    const at = await programmeNow(tx)
    await tx.execute(sql`update payouts set state = 'sending' where id = ${payout.id} and state = 'approved'`)
    await tx.execute(sql`
      update payouts set state = 'paid', reference = ${found.id}, paid_at = ${at.toISOString()}::timestamptz, reason = null,
             leased_until = null, next_attempt_at = null
      where id = ${payout.id}`)
    await movePayouts(tx, sql`p.id = ${payout.id}`, 'pay', at)
    await watch('send:paid_moved')
    await enqueuePayoutMail(tx, payout.id, at)
    const after = { transferId: found.id, amountMinor: payout.amountMinor, currency: payout.currency }
    await writeAudit(tx, { actor: sender, action: 'payout.pay', subjectId: payout.id, after, at })
    await watch('send:paid_written')
  })
  await watch('send:paid_committed')
}

/** Surely no transfer. For want of money it waits with all others until somebody goes on; else it failed, and its lines go back. */
export async function refuse(
  options: SendOptions,
  payout: Leased,
  { why, sentence }: Answer<'refused'>,
): Promise<void> {
  const { db, watch = unwatched } = options
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const held = await lockLeased(tx, payout)
    if (!held || held.state === 'approved') return
    await watch('release:locked')
    const at = await programmeNow(tx)
    if (why === 'insufficient_balance') {
      await tx.execute(sql`
        update payouts set state = 'approved', leased_until = null, next_attempt_at = null where id = ${payout.id}`)
      await tx.execute(
        sql`update payout_runs set stopped = ${sentence} where id = ${payout.runId} and stopped is null`,
      )
    } else {
      await releasePayouts(tx, [payout.id], { state: 'failed', reason: sentence }, at)
    }
    await watch('release:moved')
    const action = why === 'insufficient_balance' ? 'payout.postpone' : 'payout.fail'
    await writeAudit(tx, { actor: sender, action, subjectId: payout.id, reason: sentence, at })
    await watch('release:written')
  })
}

/** It may have been made: nothing else is asked before Stripe has been looked at. */
export async function remainUnknown(
  { db, now }: SendOptions,
  payout: Leased,
  { sentence, stop }: Answer<'unknown'>,
): Promise<void> {
  const kept = await db.transaction(async (tx) => {
    const held = await lockLeased(tx, payout)
    if (!held || held.state === 'approved') return false
    const next = new Date(now().getTime() + pauseSeconds(payout.looks) * 1_000)
    await tx.execute(sql`
      update payouts set state = 'unknown', reason = ${sentence}, looks = looks + 1, leased_until = null,
             next_attempt_at = ${next.toISOString()}::timestamptz
      where id = ${payout.id}`)
    return true
  })
  // Apart: a run is locked before its payouts, never after.
  if (kept && stop)
    await db.execute(
      sql`update payout_runs set stopped = ${sentence} where id = ${payout.runId} and stopped is null`,
    )
}
