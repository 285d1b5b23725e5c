import { z } from 'zod'
import { emailSigns, type EmailSigns } from '@/lib/anomalies/fingerprints'
import type { FactKind } from './fact'
import { currency, maskEmail, metadata, namedBy, positive, reference, seconds } from './shapes'

const session = z.object({
  id: z.string(),
  mode: z.enum(['payment', 'setup', 'subscription']),
  status: z.string().nullish(),
  payment_status: z.string(),
  customer: reference,
  payment_intent: reference,
  invoice: reference,
  subscription: reference,
  currency: currency.nullish(),
  amount_total: positive.nullish(),
  amount_subtotal: positive.nullish(),
  total_details: z
    .object({
      amount_discount: positive.nullish(),
      amount_tax: positive.nullish(),
      amount_shipping: positive.nullish(),
    })
    .nullish(),
  created: seconds,
  discounts: z.array(z.object({ coupon: reference, promotion_code: reference })).nullish(),
  client_reference_id: z.string().nullish(),
  customer_details: z.object({ email: z.string().nullish() }).nullish(),
  line_items: z
    .object({
      has_more: z.boolean(),
      data: z.array(
        z.object({
          id: z.string(),
          amount_total: positive,
          amount_tax: positive,
          description: z.string().nullish(),
          price: z.object({ product: reference }).nullish(),
        }),
      ),
    })
    .nullish(),
  metadata,
})

export interface SessionLine {
  id: string
  /** After discounts, without tax. */
  net: number
  productId: string | null
  description: string | null
}

export interface SessionBody {
  customerId: string | null
  mode: 'payment' | 'setup' | 'subscription'
  complete: boolean
  paymentStatus: string
  invoiceId: string | null
  subscriptionId: string | null
  currency: string | null
  total: number
  subtotal: number
  discount: number
  tax: number
  shipping: number
  createdAt: number
  discounts: { couponId: string | null; promotionCodeId: string | null }[]
  clientReferenceId: string | null
  namedAffiliateId: string | null
  namedCode: string | null
  maskedEmail: string | null
  /** Absent: seen before it was kept. */
  email?: EmailSigns | null
  /** Absent: not read. Events never carry them. */
  lines?: SessionLine[]
}

export const checkoutSessionFact: FactKind<'checkout_session'> = {
  kind: 'checkout_session',
  observe(object, sight) {
    const seen = session.parse(object)
    const named = namedBy(seen.metadata)
    const body: SessionBody = {
      customerId: seen.customer,
      mode: seen.mode,
      complete: seen.status === 'complete',
      paymentStatus: seen.payment_status,
      invoiceId: seen.invoice,
      subscriptionId: seen.subscription,
      currency: seen.currency ?? null,
      total: seen.amount_total ?? 0,
      subtotal: seen.amount_subtotal ?? 0,
      discount: seen.total_details?.amount_discount ?? 0,
      tax: seen.total_details?.amount_tax ?? 0,
      shipping: seen.total_details?.amount_shipping ?? 0,
      createdAt: seen.created,
      discounts: (seen.discounts ?? []).map((item) => ({
        couponId: item.coupon,
        promotionCodeId: item.promotion_code,
      })),
      clientReferenceId: seen.client_reference_id?.slice(0, 200) ?? null,
      namedAffiliateId: named.affiliateId,
      namedCode: named.code,
      maskedEmail: maskEmail(seen.customer_details?.email),
      email: emailSigns(seen.customer_details?.email),
      ...(seen.line_items && !seen.line_items.has_more ? { lines: linesOf(seen.line_items.data) } : {}),
    }
    return [
      {
        ...sight,
        kind: 'checkout_session',
        objectId: seen.id,
        customerId: seen.customer,
        invoiceId: seen.invoice,
        paymentId: seen.payment_intent,
        subscriptionId: seen.subscription,
        body,
      },
    ]
  },
}

/** Discounts are off a line's total; its tax is in it, inclusive or not. */
function linesOf(items: NonNullable<z.infer<typeof session>['line_items']>['data']): SessionLine[] {
  return items.map((item) => ({
    id: item.id,
    net: item.amount_total - item.amount_tax,
    productId: item.price?.product ?? null,
    description: item.description ?? null,
  }))
}
