import type { ProgrammeFacts } from '@/lib/programme/figures'

const places = {
  coupon: 'coupons',
  promotion_code: 'promotion_codes',
  customer: 'customers',
  payment: 'payments',
  invoice: 'invoices',
} as const

interface StripeLinkProps {
  kind: keyof typeof places
  id: string
  booksMode: ProgrammeFacts['booksMode']
}

/** An object's id, leading to its page in Stripe's dashboard; the built-in stand-in for Stripe has none. */
export function StripeLink({ kind, id, booksMode }: StripeLinkProps) {
  if (booksMode === 'sandbox') return <span className="font-mono text-sm break-all">{id}</span>
  const test = booksMode === 'test' ? 'test/' : ''
  return (
    <a
      href={`https://dashboard.stripe.com/${test}${places[kind]}/${encodeURIComponent(id)}`}
      rel="noreferrer"
      className="font-mono text-sm break-all text-accent underline underline-offset-2"
    >
      {id}
    </a>
  )
}
