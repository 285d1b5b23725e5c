import { conductOf } from '@/lib/stripe-sandbox/billing/cards'
import { bookTransaction, settled, settlementOf } from '@/lib/stripe-sandbox/billing/fees'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { BalanceTransaction, Charge, Refund } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface RefundAsk {
  amount?: number
  reason?: string | null
  metadata?: Record<string, string>
  /** As the test cards do by themselves: `pending` waits for a step, `succeeded` is the rule. */
  status?: 'succeeded' | 'pending' | 'requires_action'
  /** The money was only authorised: nothing is on the balance that could be withdrawn. */
  isRelease?: true
}

/** Gives money back. The withdrawal from the balance comes with the refund, also while it is pending. */
export function createRefund(world: World, charge: Charge, ask: RefundAsk): Refund {
  if (charge.status !== 'succeeded')
    throw invalid('This charge cannot be refunded: it did not succeed.', 'charge', 'charge_not_refundable')
  if (!charge.captured && !ask.isRelease)
    throw invalid('This charge was not captured: its PaymentIntent is cancelled instead.', 'charge')
  const left = charge.amount - charge.amount_refunded
  if (left === 0)
    throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded')
  const amount = ask.amount ?? left
  if (amount <= 0) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  if (amount > left) {
    throw invalid(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
      'amount_too_large',
    )
  }
  const isLost = [...world.store.each('dispute', { index: 'charge', key: charge.id })].some(
    (dispute) => !dispute.is_charge_refundable && dispute.status !== 'won',
  )
  if (isLost)
    throw invalid('This charge has been charged back and cannot be refunded.', undefined, 'charge_disputed')
  const at = world.at(charge.customer)
  const method = world.store.find('payment_method', charge.payment_method)
  const conduct = method && !ask.isRelease ? conductOf(method) : 'pays'
  const status = ask.status ?? (conduct === 'refund_pending' ? 'pending' : 'succeeded')
  const id = world.id('re_3', 23)
  const withdrawal = ask.isRelease
    ? null
    : move(world, charge, { source: id, amount: -amount, type: 'refund', category: 'refund', at })
  const refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: withdrawal?.id ?? null,
    charge: charge.id,
    created: at,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: ask.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(status === 'pending' ? { pending_reason: 'processing' } : {}),
    reason: ask.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  } satisfies Refund
  world.store.put('refund', refund)
  const refunded = world.store.update('charge', charge.id, {
    amount_refunded: charge.amount_refunded + amount,
    refunded: charge.amount_refunded + amount === charge.amount,
  })
  world.emit('refund.created', refund, at)
  world.emit('charge.refunded', refunded, at, charge)
  if (conduct === 'refund_fails') world.later(() => stepRefund(world, id, 'failed'))
  return refund
}

function move(
  world: World,
  charge: Charge,
  seed: { source: string; amount: number; type: BalanceTransaction['type']; category: string; at: number },
): BalanceTransaction {
  const settlement = settlementOf(world, charge)
  const size = settled(Math.abs(seed.amount), charge.currency, settlement)
  return bookTransaction(world, {
    amount: seed.amount < 0 ? -size : size,
    currency: settlement.currency,
    rate: settlement.rate,
    fee: 0,
    type: seed.type,
    category: seed.category,
    description: `REFUND FOR ${seed.type === 'refund' ? 'CHARGE' : 'FAILED REFUND'}`,
    source: seed.source,
    at: seed.at,
  })
}

/** Takes a refund on: a pending one succeeds, fails or is cancelled; one that succeeded may still fail. */
export function stepRefund(
  world: World,
  id: string,
  step: 'succeeded' | 'failed' | 'canceled',
  reason?: string,
): Refund {
  const before = world.store.need('refund', id)
  if (before.status === step) return before
  const charge = world.store.need('charge', before.charge ?? '')
  const at = world.at(charge.customer)
  const wasOut = before.status !== 'failed' && before.status !== 'canceled'
  const isOut = step === 'succeeded'
  if (!wasOut && !isOut) throw invalid(`This refund is ${String(before.status)} already.`, 'refund')
  const { pending_reason: _, failure_reason: __, failure_balance_transaction: ___, ...rest } = before
  const back =
    wasOut && !isOut
      ? move(world, charge, {
          source: id,
          amount: before.amount,
          type: 'refund_failure',
          category: 'refund_failure',
          at,
        })
      : null
  const again =
    !wasOut && isOut
      ? move(world, charge, { source: id, amount: -before.amount, type: 'refund', category: 'refund', at })
      : null
  const after = world.store.put('refund', {
    ...rest,
    status: step,
    ...(back ? { failure_balance_transaction: back.id } : {}),
    ...(step === 'failed' ? { failure_reason: reason ?? 'unknown' } : {}),
    ...(again ? { balance_transaction: again.id } : {}),
  })
  world.emit(step === 'failed' ? 'refund.failed' : 'refund.updated', after, at, before)
  if (step === 'failed') world.emit('refund.updated', after, at, before)
  world.emit('charge.refund.updated', after, at, before)
  if (wasOut !== isOut) {
    const change = isOut ? before.amount : -before.amount
    const total = charge.amount_refunded + change
    const next = world.store.update('charge', charge.id, {
      amount_refunded: total,
      refunded: total === charge.amount,
    })
    world.emit('charge.updated', next, at, charge)
  }
  return after
}
