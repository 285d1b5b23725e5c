import type { Day } from './days'
import type { Cell } from './facts'

export type Due = Pick<Cell, 'affiliateId' | 'currency' | 'amount'>

/** Minor units that can be paid, where single ones cannot: ten fils. */
const steps: Record<string, bigint> = { kwd: 10n }

/**
 * Section 7: what a run on a day has for each affiliate and currency where everybody may be paid, without any minimum. Rounded down to
 * what can be paid; who owes gets nothing.
 * @param cells all that is theirs, on whatever account
 * @param elsewhere what of it is held, in a payout or paid
 */
export function dueOf(cells: readonly Cell[], elsewhere: readonly Cell[], day: Day): Due[] {
  const due = new Map<string, Due>()
  const add = ({ affiliateId, currency, payableOn }: Cell, amount: bigint) => {
    const key = `${affiliateId} ${currency}`
    if (payableOn <= day)
      due.set(key, { affiliateId, currency, amount: amount + (due.get(key)?.amount ?? 0n) })
  }
  for (const cell of cells) add(cell, cell.amount)
  for (const cell of elsewhere) add(cell, -cell.amount)
  return [...due.values()]
    .map((each) => ({ ...each, amount: each.amount - (each.amount % (steps[each.currency] ?? 1n)) }))
    .filter(({ amount }) => amount > 0n)
}
