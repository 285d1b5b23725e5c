import { bookTransaction } from '@/lib/stripe-sandbox/billing/fees'
import type { Topup } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface TopupSeed {
  /** Below zero: money that goes back to the bank. */
  amount: number
  currency: string
  description?: string | null
  transferGroup?: string | null
  metadata?: Record<string, string>
}

/** Money of the platform's own that comes into its balance; here it is there at once. */
export function topUp(world: World, seed: TopupSeed): Topup {
  const at = world.wall()
  const id = world.id('tu_1', 23)
  const isBack = seed.amount < 0
  const booked = bookTransaction(world, {
    amount: seed.amount,
    currency: seed.currency,
    rate: null,
    fee: 0,
    type: isBack ? 'topup_reversal' : 'topup',
    category: isBack ? 'topup_reversal' : 'topup',
    description: seed.description ?? null,
    source: id,
    at,
    isAvailable: true,
  })
  const topup = {
    id,
    object: 'topup',
    amount: Math.abs(seed.amount),
    balance_transaction: booked.id,
    created: at,
    currency: seed.currency,
    description: seed.description ?? null,
    expected_availability_date: at,
    failure_code: null,
    failure_message: null,
    initiated_by: 'user',
    livemode: false,
    metadata: seed.metadata ?? {},
    payment_method: null,
    payment_method_options: null,
    source: null,
    statement_descriptor: null,
    status: isBack ? 'reversed' : 'succeeded',
    transfer_group: seed.transferGroup ?? null,
  } satisfies Topup
  world.store.put('topup', topup)
  if (!isBack) world.emit('topup.created', topup, at)
  world.emit(isBack ? 'topup.reversed' : 'topup.succeeded', topup, at)
  return topup
}
