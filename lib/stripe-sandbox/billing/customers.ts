import { StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { Customer, CustomerBalanceTransaction } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface CustomerSeed {
  email?: string | null
  name?: string | null
  phone?: string | null
  description?: string | null
  address?: Partial<NonNullable<Customer['address']>> | null
  metadata?: Record<string, string>
  test_clock?: string | null
  tax_exempt?: 'none' | 'exempt' | 'reverse' | null
  preferred_locales?: string[]
  invoice_prefix?: string
  defaultMethod?: string | null
}

export const emptyAddress = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
}

export function createCustomer(world: World, seed: CustomerSeed): Customer {
  const at = world.now(seed.test_clock ?? null)
  const customer = {
    id: world.id('cus_', 14),
    object: 'customer',
    address: seed.address ? { ...emptyAddress, ...seed.address } : null,
    balance: 0,
    created: at,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: seed.description ?? null,
    discount: null,
    email: seed.email ?? null,
    invoice_prefix: seed.invoice_prefix ?? world.id('', 8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: seed.defaultMethod ?? null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: seed.metadata ?? {},
    name: seed.name ?? null,
    next_invoice_sequence: 1,
    phone: seed.phone ?? null,
    preferred_locales: seed.preferred_locales ?? [],
    shipping: null,
    tax_exempt: seed.tax_exempt ?? 'none',
    test_clock: seed.test_clock ?? null,
  } satisfies Customer
  world.store.put('customer', customer)
  world.emit('customer.created', customer, at)
  return customer
}

/** 404 for an unknown customer, and Stripe's own words for one that was deleted. */
export function needCustomer(world: World, id: string): Customer {
  const customer = world.store.find('customer', id)
  if (customer) return customer
  throw new StripeFault(world.store.find('sandbox.extra', id) ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such customer: '${id}'`,
    param: 'customer',
  })
}

interface BalanceChange {
  amount: number
  currency: string
  type:
    | 'adjustment'
    | 'applied_to_invoice'
    | 'unapplied_from_invoice'
    | 'credit_note'
    | 'invoice_too_small'
    | 'initial'
  description?: string | null
  invoice?: string
  credit_note?: string
  metadata?: Record<string, string>
}

/** Moves a customer's credit balance; negative is credit. The caller tells the world that the customer changed. */
export function moveBalance(world: World, id: string, change: BalanceChange): CustomerBalanceTransaction {
  const before = world.store.need('customer', id)
  const ending = before.balance + change.amount
  const after = world.store.update('customer', id, {
    balance: ending,
    currency: before.currency ?? change.currency,
  })
  const at = world.at(id)
  const transaction = {
    id: world.id('cbtxn_'),
    object: 'customer_balance_transaction',
    amount: change.amount,
    checkout_session: null,
    created: at,
    credit_note: change.credit_note ?? null,
    currency: change.currency,
    customer: id,
    customer_account: null,
    description: change.description ?? null,
    ending_balance: ending,
    invoice: change.invoice ?? null,
    livemode: false,
    metadata: change.metadata ?? {},
    type: change.type,
  } satisfies CustomerBalanceTransaction
  world.store.put('customer_balance_transaction', transaction)
  world.emit('customer.updated', after, at, before)
  return transaction
}
