import 'server-only'
import { sql } from 'drizzle-orm'
import { database, debtDecisions, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { payableOf } from '@/lib/ledger/payable'
import { postMoves } from '@/lib/ledger/post-moves'
import { minorUnitExponent, roundHalfUp } from '@/lib/money'

interface Options {
  db?: Database
  now?: Date
}

/**
 * Forgives an affiliate a debt in one currency, or a part of it: the programme bears it.
 * @param input.seenMinor the debt as it was seen: sent twice, or decided on by two, it is forgiven once
 * @throws TributaryError forbidden, invalid without a reason, conflict where the debt is another by now, unprocessable where it is smaller
 */
export async function writeOffDebt(
  actor: Actor,
  input: { affiliateId: string; currency: string; amountMinor: bigint; seenMinor: bigint; reason: string },
  options: Options = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { affiliateId, currency, amountMinor } = input
  const reason = reasonOf(input.reason)
  await (options.db ?? database()).transaction(async (tx) => {
    const now = await lockDebt(tx, input, options)
    const on = dayOf(Math.floor(now.getTime() / 1000))
    const id = newId('dec')
    const decidedBy = actorName(actor).id
    await tx
      .insert(debtDecisions)
      .values({ id, affiliateId, kind: 'write_off', currency, amountMinor, reason, decidedBy, at: now })
    const move = { debit: 'write_offs', credit: 'earned', currency, amountMinor, key: `write_off:${id}` }
    await post(tx, [move], { affiliateId, kind: 'write_off', on, now })
    const after = { id, currency, amountMinor }
    await writeAudit(tx, { actor, action: 'debt.write_off', subjectId: affiliateId, after, reason, at: now })
  })
}

/**
 * Pays a debt in one currency out of what is payable in another, at a rate that a person gives.
 * @param input.rate units of `fromCurrency` for one of `currency`, as a decimal such as 0.9231
 * @returns what was taken, in minor units of `fromCurrency`, rounded half up
 * @throws TributaryError forbidden, invalid, conflict where the debt is another by now, unprocessable where debt or balance are smaller
 */
export async function setOffDebt(
  actor: Actor,
  input: {
    affiliateId: string
    currency: string
    amountMinor: bigint
    seenMinor: bigint
    fromCurrency: string
    rate: string
    reason: string
  },
  options: Options = {},
): Promise<bigint> {
  requireRole(actor, 'finance', 'admin')
  const { affiliateId, currency, amountMinor, fromCurrency, rate } = input
  const reason = reasonOf(input.reason)
  if (currency === fromCurrency)
    throw new TributaryError('invalid', 'A debt is set off against another currency.', 'fromCurrency')
  const fromMinor = convert(amountMinor, currency, fromCurrency, rate)
  if (fromMinor <= 0n)
    throw new TributaryError('invalid', 'A rate above zero is wanted, such as 0.9231.', 'rate')
  await (options.db ?? database()).transaction(async (tx) => {
    const now = await lockDebt(tx, input, options)
    const on = dayOf(Math.floor(now.getTime() / 1000))
    if ((await payableOf(tx, affiliateId, fromCurrency, on)) < fromMinor)
      throw new TributaryError(
        'unprocessable',
        'Less than that is payable in the other currency.',
        'fromCurrency',
      )
    const id = newId('dec')
    const decidedBy = actorName(actor).id
    const amounts = { currency, amountMinor, fromCurrency, fromMinor, rate }
    await tx
      .insert(debtDecisions)
      .values({ id, affiliateId, kind: 'set_off', ...amounts, reason, decidedBy, at: now })
    const moves = [
      { debit: 'adjustments', credit: 'earned', currency, amountMinor, key: `set_off:${id}/debt` },
      {
        debit: 'earned',
        credit: 'adjustments',
        currency: fromCurrency,
        amountMinor: fromMinor,
        key: `set_off:${id}/from`,
      },
    ]
    await post(tx, moves, { affiliateId, kind: 'adjustment', on, now })
    await writeAudit(tx, {
      actor,
      action: 'debt.set_off',
      subjectId: affiliateId,
      after: { id, ...amounts },
      reason,
      at: now,
    })
  })
  return fromMinor
}

/** The decisions' lock keeps settlements and approvals out, so that the debt stays as it is looked at. */
async function lockDebt(
  tx: Transaction,
  input: { affiliateId: string; currency: string; amountMinor: bigint; seenMinor: bigint },
  options: Options,
): Promise<Date> {
  const { affiliateId, currency, amountMinor, seenMinor } = input
  if (amountMinor <= 0n) throw new TributaryError('invalid', 'An amount above zero is wanted.', 'amount')
  await lockForDecision(tx)
  const now = options.now ?? (await programmeNow(tx))
  const debt = -(await payableOf(tx, affiliateId, currency, dayOf(Math.floor(now.getTime() / 1000))))
  if (debt !== seenMinor) throw new TributaryError('conflict', 'The debt is another by now. Look once more.')
  if (debt < amountMinor)
    throw new TributaryError('unprocessable', 'The debt is smaller than that.', 'amount')
  return now
}

async function post(
  tx: Transaction,
  moves: readonly { debit: string; credit: string; currency: string; amountMinor: bigint; key: string }[],
  of: { affiliateId: string; kind: 'adjustment' | 'write_off'; on: Day; now: Date },
): Promise<void> {
  const { affiliateId, kind, on, now } = of
  const rows = moves.map(
    ({ debit, credit, currency, amountMinor, key }) => sql`
      select ${debit}::text as debit, ${credit}::text as credit, ${currency}::text as currency,
             ${String(amountMinor)}::bigint as amount_minor, ${on}::date as earned_on, ${on}::date as payable_on,
             ${key}::text as line_key, 1 as seq, ${kind}::text as kind, ${affiliateId}::text as affiliate_id, null::text as payout_id`,
  )
  await postMoves(tx, sql.join(rows, sql` union all `), { occurredAt: now, recordedAt: now })
}

function reasonOf(text: string): string {
  const reason = text.trim()
  if (reason === '') throw new TributaryError('invalid', 'A reason is wanted.', 'reason')
  return reason
}

/** Rounded half up, once. */
export function convert(amountMinor: bigint, from: string, to: string, rate: string): bigint {
  const parts = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(rate.trim())
  if (!parts) throw new TributaryError('invalid', 'A rate above zero is wanted, such as 0.9231.', 'rate')
  const [, whole = '0', fraction = ''] = parts
  const scaled = BigInt(`${whole}${fraction}`)
  const places = 10n ** BigInt(fraction.length)
  const up = 10n ** BigInt(minorUnitExponent(to))
  const down = 10n ** BigInt(minorUnitExponent(from))
  return roundHalfUp(amountMinor * scaled * up, places * down)
}
