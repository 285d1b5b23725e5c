import { amountOffIn, couponOf, productsOf } from '@/lib/stripe-sandbox/billing/discounts'
import { compute, type PricedLine, type Reduction, type Result } from '@/lib/stripe-sandbox/billing/totals'
import type { Invoice, InvoiceLine, Price, TaxRate } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** What a line of an invoice is made from; the discounts and taxes are worked out over the whole invoice. */
export interface LineSeed {
  id: string
  amount: number
  description: string | null
  quantity: number
  period: { start: number; end: number }
  price: Price | null
  unitAmount: string
  parent: InvoiceLine['parent']
  subscription: string | null
  discountable: boolean
  discounts: string[]
  taxRates: TaxRate[]
  metadata: Record<string, string>
}

export function reductionOf(world: World, discountId: string, currency: string): Reduction {
  const discount = world.store.need('discount', discountId)
  const coupon = couponOf(world, discount)
  return {
    discount: discountId,
    percentOff: coupon.percent_off,
    amountOff: coupon.percent_off === null ? (amountOffIn(world, coupon, currency) ?? 0) : null,
    products: productsOf(world, coupon.id),
  }
}

export function computeInvoice(
  world: World,
  seeds: LineSeed[],
  discounts: string[],
  currency: string,
): Result {
  const lines: PricedLine[] = seeds.map((seed) => ({
    amount: seed.amount,
    product: seed.price?.product ?? null,
    discountable: seed.discountable,
    reductions: seed.discounts.map((id) => reductionOf(world, id, currency)),
    taxRates: seed.taxRates,
  }))
  return compute(
    lines,
    discounts.map((id) => reductionOf(world, id, currency)),
  )
}

export function renderTax(tax: { rate: TaxRate; amount: number; taxable: number }) {
  return {
    amount: tax.amount,
    tax_behavior: tax.rate.inclusive ? ('inclusive' as const) : ('exclusive' as const),
    tax_rate_details: { tax_rate: tax.rate.id },
    taxability_reason: 'standard_rated' as const,
    taxable_amount: tax.taxable,
    type: 'tax_rate_details' as const,
  }
}

export function renderLine(
  seed: LineSeed,
  invoice: { id: string; currency: string },
  result: Result['lines'][number] | undefined,
): InvoiceLine {
  return {
    id: seed.id,
    object: 'line_item',
    amount: seed.amount,
    currency: invoice.currency,
    description: seed.description,
    discount_amounts: (result?.discounts ?? []).map(({ amount, discount }) => ({ amount, discount })),
    discountable: seed.discountable,
    discounts: seed.discounts,
    invoice: invoice.id,
    livemode: false,
    metadata: seed.metadata,
    parent: seed.parent,
    period: seed.period,
    pretax_credit_amounts: (result?.discounts ?? []).map(({ amount, discount }) => ({
      amount,
      discount,
      type: 'discount',
    })),
    pricing: {
      ...(seed.price ? { price_details: { price: seed.price.id, product: seed.price.product } } : {}),
      type: 'price_details',
      unit_amount_decimal: seed.unitAmount,
    },
    quantity: seed.quantity,
    quantity_decimal: String(seed.quantity),
    subscription: seed.subscription,
    subtotal: seed.amount,
    taxes: (result?.taxes ?? []).map(renderTax),
  } satisfies InvoiceLine
}

/** Lines are shown ten at a time inside an invoice. */
export const linesShown = 10

export function lineList(id: string, lines: InvoiceLine[]): Invoice['lines'] {
  const list = {
    object: 'list' as const,
    data: lines.slice(0, linesShown),
    has_more: lines.length > linesShown,
    total_count: lines.length,
    url: `/v1/invoices/${id}/lines`,
  }
  return list
}

/** The fields of an invoice that follow from its lines. */
export function amountsOf(result: Result) {
  return {
    subtotal: result.subtotal,
    subtotal_excluding_tax: result.subtotalExcludingTax,
    total: result.total,
    total_discount_amounts: result.discountAmounts.map(({ amount, discount }) => ({ amount, discount })),
    total_excluding_tax: result.totalExcludingTax,
    total_pretax_credit_amounts: result.discountAmounts.map(({ amount, discount }) => ({
      amount,
      discount,
      type: 'discount' as const,
    })),
    total_taxes: result.taxes.map(renderTax),
  }
}
