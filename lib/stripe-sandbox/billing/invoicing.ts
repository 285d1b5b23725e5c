import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import {
  amountsOf,
  computeInvoice,
  lineList,
  renderLine,
  type LineSeed,
} from '@/lib/stripe-sandbox/billing/invoice-lines'
import { assignItems } from '@/lib/stripe-sandbox/billing/pending-items'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { Invoice, Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface InvoiceSeed {
  customer: string
  currency: string
  lines: LineSeed[]
  discounts: string[]
  reason: Invoice['billing_reason']
  subscription: Subscription | null
  collection: 'charge_automatically' | 'send_invoice'
  daysUntilDue?: number | null
  autoAdvance: boolean
  period: { start: number; end: number }
  metadata?: Record<string, string>
  description?: string | null
  defaultMethod?: string | null
  footer?: string | null
}

/** A draft, with all that follows from its lines. */
export function draftInvoice(world: World, seed: InvoiceSeed): Invoice {
  const customer = needCustomer(world, seed.customer)
  const at = world.at(customer.id)
  const id = world.id('in_')
  const result = computeInvoice(world, seed.lines, seed.discounts, seed.currency)
  const lines = seed.lines.map((line, i) =>
    renderLine(line, { id, currency: seed.currency }, result.lines[i]),
  )
  for (const line of lines) world.store.put('line_item', line)
  keepSeeds(world, id, seed.lines)
  assignItems(world, id, seed.lines)
  const amounts = amountsOf(result)
  const amountDue = Math.max(0, amounts.total)
  const invoice = {
    ...plainInvoice(id, at),
    ...amounts,
    amount_due: amountDue,
    amount_remaining: amountDue,
    auto_advance: seed.autoAdvance,
    billing_reason: seed.reason,
    collection_method: seed.collection,
    currency: seed.currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    default_payment_method: seed.defaultMethod ?? null,
    description: seed.description ?? null,
    discounts: seed.discounts,
    due_date: seed.collection === 'send_invoice' ? at + (seed.daysUntilDue ?? 30) * 86_400 : null,
    footer: seed.footer ?? null,
    lines: lineList(id, lines),
    metadata: seed.metadata ?? {},
    parent: seed.subscription ? parentOf(seed.subscription) : null,
    period_end: seed.period.end,
    period_start: seed.period.start,
    rendering: seed.subscription ? null : plainRendering,
    starting_balance: customer.balance,
    test_clock: customer.test_clock ?? null,
  } satisfies Invoice
  world.store.put('invoice', invoice)
  world.emit('invoice.created', invoice, at)
  return invoice
}

const plainRendering = {
  amount_tax_display: null,
  pdf: { page_size: 'auto' as const },
  template: null,
  template_version: null,
}

function parentOf(subscription: Subscription): Invoice['parent'] {
  return {
    quote_details: null,
    subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
    type: 'subscription_details',
  }
}

function plainInvoice(id: string, at: number) {
  return {
    id,
    object: 'invoice' as const,
    account_country: 'US',
    account_name: 'Sandbox',
    account_tax_ids: null,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_paid_off_stripe: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    created: at,
    custom_fields: null,
    customer_account: null,
    customer_shipping: null,
    customer_tax_ids: [],
    default_source: null,
    default_tax_rates: [],
    effective_at: null,
    ending_balance: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' as const },
    last_finalization_error: null,
    latest_revision: null,
    livemode: false,
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    shipping_cost: null,
    shipping_details: null,
    statement_descriptor: null,
    status: 'draft' as const,
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    webhooks_delivered_at: at,
  }
}

function keepSeeds(world: World, invoice: string, seeds: LineSeed[]): void {
  world.store.put('sandbox.extra', { object: 'sandbox.extra', id: invoice, fields: { seeds } })
}

/** The lines of a draft as they were asked for. */
export function seedsOf(world: World, invoice: string): LineSeed[] {
  // `keepSeeds` is the only one that writes this field.
  return (world.store.find('sandbox.extra', invoice)?.fields['seeds'] as LineSeed[] | undefined) ?? []
}

export function assertDraft(invoice: Invoice): void {
  if (invoice.status === 'draft') return
  throw invalid(
    "This invoice can't be edited because it has been finalized.",
    undefined,
    'invoice_not_editable',
  )
}

/** Works a draft out anew after its lines or discounts have changed. */
export function reviseDraft(
  world: World,
  id: string,
  seeds: LineSeed[],
  change: Partial<Invoice> = {},
): Invoice {
  const before = world.store.need('invoice', id)
  assertDraft(before)
  const discounts = change.discounts ?? before.discounts
  const result = computeInvoice(world, seeds, discounts, before.currency)
  for (const old of [...world.store.each('line_item', { index: 'invoice', key: id })]) {
    world.store.delete('line_item', old.id)
  }
  const lines = seeds.map((line, i) => renderLine(line, before, result.lines[i]))
  for (const line of lines) world.store.put('line_item', line)
  keepSeeds(world, id, seeds)
  assignItems(world, id, seeds)
  const amounts = amountsOf(result)
  const amountDue = Math.max(0, amounts.total)
  const after = world.store.update('invoice', id, {
    ...change,
    ...amounts,
    amount_due: amountDue,
    amount_remaining: amountDue,
    lines: lineList(id, lines),
  })
  world.emit('invoice.updated', after, world.at(before.customer), before)
  return after
}
