import { z } from 'zod'
import { observeDiscounts, discountList } from './discount'
import type { FactKind } from './fact'
import { amount, currency, metadata, namedBy, reference, seconds } from './shapes'

const tax = z.object({ amount, tax_behavior: z.string().nullish() })

const line = z.object({
  id: z.string(),
  amount,
  description: z.string().nullish(),
  quantity: z.number().nullish(),
  discount_amounts: z.array(z.object({ amount })).nullish(),
  discounts: discountList,
  taxes: z.array(tax).nullish(),
  period: z.object({ start: seconds, end: seconds }),
  pricing: z
    .object({ price_details: z.object({ price: reference, product: reference }).nullish() })
    .nullish(),
})

const invoice = z.object({
  id: z.string(),
  customer: reference,
  status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']),
  currency,
  total: amount,
  total_excluding_tax: amount.nullish(),
  subtotal: amount,
  total_discount_amounts: z.array(z.object({ amount })).nullish(),
  total_taxes: z.array(tax).nullish(),
  amount_paid: amount,
  amount_paid_off_stripe: amount.nullish(),
  created: seconds,
  status_transitions: z.object({ paid_at: seconds.nullish() }),
  discounts: discountList,
  lines: z.object({ data: z.array(line), has_more: z.boolean().nullish() }),
  parent: z
    .object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() })
    .nullish(),
})

export interface InvoiceLine {
  id: string
  amount: number
  discount: number
  inclusiveTax: number
  periodStart: number
  periodEnd: number
  productId: string | null
  priceId: string | null
  description: string | null
}

export interface InvoiceBody {
  customerId: string | null
  subscriptionId: string | null
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  currency: string
  total: number
  totalExcludingTax: number
  subtotal: number
  discount: number
  tax: number
  amountPaid: number
  createdAt: number
  paidAt: number | null
  /** Of the invoice and of all its lines. */
  discountIds: string[]
  lines: InvoiceLine[]
  /** False: Stripe gives the rest page by page. */
  linesComplete: boolean
  namedAffiliateId: string | null
  namedCode: string | null
}

const sum = (items: { amount: number }[] | null | undefined) =>
  (items ?? []).reduce((total, item) => total + item.amount, 0)

export const invoiceFact: FactKind<'invoice'> = {
  kind: 'invoice',
  observe(object, sight) {
    const seen = invoice.parse(object)
    const details = seen.parent?.subscription_details
    const named = namedBy(details?.metadata)
    const lists = [seen.discounts, ...seen.lines.data.map((item) => item.discounts)].map((list) =>
      observeDiscounts(list, sight),
    )
    const taxes = sum(seen.total_taxes)
    const body: InvoiceBody = {
      customerId: seen.customer,
      subscriptionId: details?.subscription ?? null,
      status: seen.status,
      currency: seen.currency,
      total: seen.total,
      totalExcludingTax: seen.total_excluding_tax ?? seen.total - taxes,
      subtotal: seen.subtotal,
      discount: sum(seen.total_discount_amounts),
      tax: taxes,
      amountPaid: seen.amount_paid,
      createdAt: seen.created,
      paidAt: seen.status_transitions.paid_at ?? null,
      discountIds: [...new Set(lists.flatMap((list) => list.ids))].sort(),
      lines: seen.lines.data.map((item) => ({
        id: item.id,
        amount: item.amount,
        discount: sum(item.discount_amounts),
        inclusiveTax: sum(item.taxes?.filter((each) => each.tax_behavior === 'inclusive')),
        periodStart: item.period.start,
        periodEnd: item.period.end,
        productId: item.pricing?.price_details?.product ?? null,
        priceId: item.pricing?.price_details?.price ?? null,
        description: item.description ?? null,
      })),
      linesComplete: seen.lines.has_more !== true,
      namedAffiliateId: named.affiliateId,
      namedCode: named.code,
    }
    const own = {
      ...sight,
      kind: 'invoice',
      objectId: seen.id,
      invoiceId: seen.id,
      customerId: seen.customer,
      subscriptionId: body.subscriptionId,
      body,
    }
    return [own, ...lists.flatMap((list) => list.facts)]
  },
}
