import type { Database } from '@/db'
import { adjustBalance } from '@/lib/adjustments/adjust-balance'
import { dayOf as dayInBooks } from '@/lib/calendar'
import { payableOf } from '@/lib/ledger/payable'
import { setOffDebt, writeOffDebt } from '@/lib/payouts/settle-debts'
import { addDays, dayOf } from '../model/days'
import { fraction, roundHalfUp, times } from '../model/fraction'
import type { ActionOf } from './action'
import { nowOf, pick, type Life } from './life'
import { currencies, type Currency } from './shop'

const administrator = { kind: 'system', job: 'test' } as const
const reason = 'as the history has it'

export async function adjust(db: Database, life: Life, action: ActionOf<'adjust'>): Promise<void> {
  const affiliateId = pick(life.affiliates, action.affiliate)?.id
  if (affiliateId === undefined) return
  const { currency, direction, inDays } = action
  const amount = BigInt(action.amount)
  const earnedOn = dayOf(nowOf(life))
  const payableOn = inDays === null ? earnedOn : addDays(earnedOn, inDays)
  const adjustment = {
    affiliateId,
    direction,
    currency,
    amountMinor: amount,
    reason,
    ...(inDays !== null && { payableOn }),
    seenPayableMinor: await seen(db, life, affiliateId, currency),
  }
  await adjustBalance(administrator, adjustment, { db, now: new Date(nowOf(life) * 1000) })
  const signed = direction === 'credit' ? amount : -amount
  life.decisions.byHand.push({ affiliateId, currency, earnedOn, payableOn, amount: signed })
}

/** Of a debt that the books have at the moment, a part is forgiven or paid from another currency. */
export async function clearDebt(db: Database, life: Life, action: ActionOf<'clearDebt'>): Promise<void> {
  const balances = await Promise.all(
    life.affiliates.flatMap(({ id: affiliateId }) =>
      currencies.map(async (currency) => {
        return { affiliateId, currency, balance: await seen(db, life, affiliateId, currency) }
      }),
    ),
  )
  const debts = balances.filter(({ balance }) => balance < 0n)
  const debt = pick(debts, action.debt)
  if (!debt) return
  const { affiliateId, currency, balance } = debt
  const now = nowOf(life)
  const options = { db, now: new Date(now * 1000) }
  const amountMinor = (-balance * BigInt(action.part) + 99n) / 100n
  const wanted = { affiliateId, currency, amountMinor, seenMinor: -balance, reason }
  const day = dayOf(now)
  const onDay = { affiliateId, earnedOn: day, payableOn: day }
  const { from: fromCurrency, rate } = action
  if (fromCurrency === null) await writeOffDebt(administrator, wanted, options)
  else {
    await setOffDebt(administrator, { ...wanted, fromCurrency, rate }, options)
    const taken = converted(amountMinor, currency, fromCurrency, rate)
    life.decisions.byHand.push({ ...onDay, currency: fromCurrency, amount: -taken })
  }
  life.decisions.byHand.push({ ...onDay, currency, amount: amountMinor })
}

/** What is payable on this day, as whoever decides sees it. */
async function seen(db: Database, life: Life, affiliateId: string, currency: string): Promise<bigint> {
  return payableOf(db, affiliateId, currency, dayInBooks(nowOf(life)))
}

const decimals: Record<Currency, number> = { usd: 2, eur: 2, jpy: 0, kwd: 3 }

/** At so many units of one currency for one of the other, rounded half up. */
function converted(amount: bigint, from: Currency, to: Currency, rate: string): bigint {
  const [whole = '', behind = ''] = rate.split('.')
  const exact = fraction(BigInt(whole + behind), 10n ** BigInt(behind.length))
  const units = fraction(amount, 10n ** BigInt(decimals[from]))
  return roundHalfUp(times(times(units, exact), fraction(10n ** BigInt(decimals[to]))))
}
