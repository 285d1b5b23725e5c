import { convert, fraction, scale } from '@/lib/stripe-sandbox/machine/amounts'
import { addToBalance } from '@/lib/stripe-sandbox/billing/balance'
import type { BalanceTransaction, Charge } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const twoDays = 2 * 86_400

export interface Settlement {
  currency: string
  /** Null where nothing is converted. */
  rate: string | null
}

/** In which currency a charge settles: as its payment method says (`sandbox_settlement`), or as the settings do. */
export function settlementOf(world: World, charge: Charge): Settlement {
  const method = world.store.find('payment_method', charge.payment_method)
  const rule = method?.metadata?.['sandbox_settlement'] ?? world.settings.settlement[charge.currency]
  const parts = /^([a-z]{3}):(\d+(?:\.\d+)?)$/.exec(rule ?? '')
  const [, currency, rate] = parts ?? []
  if (currency === undefined || rate === undefined || currency === charge.currency) {
    return { currency: charge.currency, rate: null }
  }
  return { currency, rate }
}

export const settled = (amount: number, from: string, { currency, rate }: Settlement): number =>
  rate === null ? amount : convert(amount, from, currency, rate)

interface TransactionSeed {
  amount: number
  currency: string
  rate: string | null
  fee: number
  /** The part of the fee that is tax on it. */
  feeTax?: number
  feeDescription?: string
  type: BalanceTransaction['type']
  category: string
  description: string | null
  source: string
  at: number
  /** Whether it counts at once; a payment takes two days. */
  isAvailable?: true
}

function feeDetails({
  fee,
  feeTax = 0,
  feeDescription,
  currency,
}: TransactionSeed): BalanceTransaction['fee_details'] {
  const part = (amount: number, type: 'stripe_fee' | 'tax', description: string) =>
    amount === 0 ? [] : [{ amount, application: null, currency, description, type }]
  return [
    ...part(fee - feeTax, 'stripe_fee', feeDescription ?? 'Stripe processing fees'),
    ...part(feeTax, 'tax', 'VAT'),
  ]
}

export function bookTransaction(world: World, seed: TransactionSeed): BalanceTransaction {
  const transaction = {
    id: world.id('txn_'),
    object: 'balance_transaction',
    amount: seed.amount,
    available_on: seed.isAvailable ? seed.at : Math.ceil((seed.at + twoDays) / 86_400) * 86_400,
    balance_type: 'payments',
    created: seed.at,
    currency: seed.currency,
    description: seed.description,
    exchange_rate: seed.rate === null ? null : Number(seed.rate),
    fee: seed.fee,
    fee_details: feeDetails(seed),
    net: seed.amount - seed.fee,
    reporting_category: seed.category,
    source: seed.source,
    status: seed.isAvailable ? 'available' : 'pending',
    type: seed.type,
  } satisfies BalanceTransaction
  addToBalance(world, transaction)
  return world.store.put('balance_transaction', transaction)
}

function feeOf(world: World, charge: Charge, amount: number): { fee: number; feeTax: number } {
  const marks = world.store.find('payment_method', charge.payment_method)?.metadata
  const exact = wholeIn(marks?.['sandbox_fee'])
  const { percentBps, fixedMinor } = world.settings.fee
  const [n, d] = fraction(percentBps)
  const fee = exact ?? scale(amount, n, d * 10_000n) + fixedMinor
  return { fee, feeTax: Math.min(fee, wholeIn(marks?.['sandbox_fee_tax']) ?? 0) }
}

const wholeIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null

/** Stripe captures asynchronously: the balance transaction comes after the payment, with a `charge.updated`. */
export function bookFeeLater(world: World, charge: Charge): void {
  const own = world.store.find('payment_method', charge.payment_method)?.metadata?.['sandbox_fee_delay']
  if (own === 'never') return
  const feeDelaySeconds =
    own !== undefined && /^\d{1,9}$/.test(own) ? Number(own) : world.settings.feeDelaySeconds
  if (feeDelaySeconds === 0) {
    world.later(() => bookFee(world, charge.id))
    return
  }
  const clock = world.clockOf(charge.customer)
  world.schedule({
    id: `fee:${charge.id}`,
    world: clock ?? 'wall',
    at: world.now(clock) + feeDelaySeconds,
    type: 'fee',
    ref: charge.id,
  })
}

export function bookFee(world: World, chargeId: string): void {
  const before = world.store.find('charge', chargeId)
  if (!before || before.balance_transaction !== null) return
  const at = world.at(before.customer)
  const settlement = settlementOf(world, before)
  const amount = settled(before.amount_captured, before.currency, settlement)
  const transaction = bookTransaction(world, {
    amount,
    currency: settlement.currency,
    rate: settlement.rate,
    ...feeOf(world, before, amount),
    type: 'charge',
    category: 'charge',
    description: before.description,
    source: chargeId,
    at,
  })
  const after = world.store.update('charge', chargeId, { balance_transaction: transaction.id })
  world.emit('charge.updated', after, at, before)
}
