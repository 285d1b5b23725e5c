import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface EndlessStripe {
  url: string
  close(): void
}

export const promotion = { promotionCodeId: 'promo_bench', couponId: 'coupon_bench' }

const start = 1_767_225_600
const numberOf = (id: string) => Number(id.slice(id.lastIndexOf('_') + 1))
const at = (n: number) => start + n * 60

const charge = (n: number) => ({
  id: `ch_${n}`,
  object: 'charge',
  payment_intent: `pi_${n}`,
  customer: `cus_${n}`,
  amount: 2755,
  amount_captured: 2755,
  currency: 'usd',
  status: 'succeeded',
  created: at(n),
  balance_transaction: `txn_${n}`,
  payment_method_details: { type: 'card', card: { fingerprint: `card${n}` } },
  billing_details: { email: `buyer${n}@example.com`, name: `Buyer ${n}`, address: { postal_code: '10115' } },
})

const discount = (n: number) => ({
  id: `di_${n}`,
  start: at(n),
  end: null,
  customer: `cus_${n}`,
  subscription: null,
  invoice: `in_${n}`,
  promotion_code: { id: promotion.promotionCodeId, code: 'BENCH0X5', metadata: {} },
  source: { coupon: { id: promotion.couponId, percent_off: 5, duration: 'forever', metadata: {} } },
})

const made: Record<string, (n: number) => { id: string; created: number; [field: string]: unknown }> = {
  '/v1/balance_transactions': (n) => ({
    id: `txn_${n}`,
    object: 'balance_transaction',
    type: 'charge',
    amount: 2755,
    fee: 355,
    currency: 'usd',
    created: at(n),
    source: charge(n),
  }),
  '/v1/invoices': (n) => ({
    id: `in_${n}`,
    object: 'invoice',
    customer: `cus_${n}`,
    status: 'paid',
    currency: 'usd',
    total: 2755,
    total_excluding_tax: 2755,
    subtotal: 2900,
    total_discount_amounts: [{ amount: 145 }],
    amount_paid: 2755,
    created: at(n),
    status_transitions: { paid_at: at(n) },
    // Every tenth came with a code.
    discounts: n % 10 === 0 ? [discount(n)] : [],
    lines: {
      has_more: false,
      data: [
        {
          id: `il_${n}`,
          amount: 2900,
          discount_amounts: [{ amount: 145 }],
          period: { start: at(n), end: at(n) + 2_678_400 },
        },
      ],
    },
    parent: null,
  }),
  '/v1/invoice_payments': (n) => ({
    id: `inpay_${n}`,
    object: 'invoice_payment',
    invoice: `in_${n}`,
    status: 'paid',
    amount_paid: 2755,
    currency: 'usd',
    created: at(n),
    status_transitions: { paid_at: at(n) },
    payment: { type: 'payment_intent', payment_intent: `pi_${n}` },
  }),
}

/** There is one of each. */
const alone: Record<string, object[]> = {
  '/v1/coupons': [{ id: promotion.couponId, object: 'coupon', times_redeemed: 0, metadata: {} }],
  '/v1/promotion_codes': [
    {
      id: promotion.promotionCodeId,
      code: 'BENCH0X5',
      active: true,
      times_redeemed: 0,
      metadata: {},
      promotion: { coupon: { id: promotion.couponId, metadata: {} } },
    },
  ],
}

/** Lists of so many payments, made up page by page as they are asked for: four objects each. */
export async function endlessStripe(payments: number): Promise<EndlessStripe> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const make = made[url.pathname]
    const after = url.searchParams.get('starting_after')
    const from = after === null ? payments - 1 : numberOf(after) - 1
    const count = make === undefined ? 0 : Math.max(0, Math.min(100, from + 1))
    const data = alone[url.pathname] ?? Array.from({ length: count }, (_, n) => make?.(from - n))
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({ object: 'list', url: url.pathname, data, has_more: from + 1 > count && count > 0 }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() }
}
