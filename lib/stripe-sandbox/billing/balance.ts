import type { BalanceRecord, BalanceTransaction } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** What comes in is available when Stripe says; what goes out is taken at once. */
export function addToBalance(world: World, transaction: BalanceTransaction): void {
  const { currency, net, available_on: from } = transaction
  const record = recordOf(world, currency)
  const isPending = net > 0 && from > world.wall()
  world.store.put('sandbox.balance', {
    ...record,
    available: record.available + (isPending ? 0 : net),
    pending: isPending ? { ...record.pending, [from]: (record.pending[from] ?? 0) + net } : record.pending,
  })
}

/** What may be paid out of one currency now. */
export const availableIn = (world: World, currency: string): number => recordOf(world, currency).available

/** The balance as the API shows it. https://docs.stripe.com/api/balance */
export function balanceOf(world: World) {
  const records = [...world.store.each('sandbox.balance')].map(({ id }) => recordOf(world, id))
  if (records.length === 0) records.push(recordOf(world, 'usd'))
  return {
    object: 'balance',
    available: records.map(({ id, available }) => part(id, available)),
    livemode: false,
    pending: records.map(({ id, pending }) => part(id, sum(Object.values(pending)))),
  }
}

const part = (currency: string, amount: number) => ({ amount, currency, source_types: { card: amount } })
const sum = (amounts: number[]): number => amounts.reduce((total, each) => total + each, 0)

/** The record with all that has become available by now in its place. */
function recordOf(world: World, currency: string): BalanceRecord {
  const record = world.store.find('sandbox.balance', currency) ?? {
    object: 'sandbox.balance',
    id: currency,
    available: 0,
    pending: {},
  }
  const now = world.wall()
  const come = Object.entries(record.pending).filter(([from]) => Number(from) <= now)
  if (come.length === 0) return record
  return {
    ...record,
    available: record.available + sum(come.map(([, amount]) => amount)),
    pending: Object.fromEntries(Object.entries(record.pending).filter(([from]) => Number(from) > now)),
  }
}
