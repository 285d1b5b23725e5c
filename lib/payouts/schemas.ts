import { z } from 'zod'

export const payoutMethodLabels = { stripe: 'Stripe', paypal: 'PayPal', wise: 'Wise' } as const
export type PayoutMethod = keyof typeof payoutMethodLabels

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@,;"]+@[^\s@,;"]+\.[^\s@,;"]+$/, 'An e-mail address is wanted.')

/** The account at Stripe Connect comes from the onboarding alone, never from a form. */
const stripe = z.strictObject({
  method: z.literal('stripe'),
  destination: z.strictObject({ accountId: z.string().regex(/^acct_\w{1,64}$/) }),
})

export const paypalSchema = z.strictObject({
  method: z.literal('paypal'),
  destination: z.strictObject({ email }),
})

/** Wise writes to the recipient, who tells it where the money goes. */
export const wiseSchema = z.strictObject({
  method: z.literal('wise'),
  destination: z.strictObject({
    email,
    /** As it stands on the bank account. */
    accountHolder: z
      .string()
      .trim()
      .min(2, 'The name on the account is wanted.')
      .max(70)
      .regex(/^[^<>{}"\r\n]+$/, 'Letters, digits and usual signs only.'),
    receiverType: z.enum(['PERSON', 'INSTITUTION']),
  }),
})

/** What an affiliate may type. */
export const typedDetailsSchema = z.discriminatedUnion('method', [paypalSchema, wiseSchema])

/** Where a payout goes. */
export const payoutDetailsSchema = z.discriminatedUnion('method', [stripe, paypalSchema, wiseSchema])
export type PayoutDestination = z.output<typeof payoutDetailsSchema>

/** Enough for its owner to know it by, not enough for anybody else. */
export function maskedDestination(details: PayoutDestination): string {
  if (details.method === 'stripe') return `Stripe …${details.destination.accountId.slice(-4)}`
  const [name = '', domain = ''] = details.destination.email.split('@')
  const shown = name.length > 2 ? `${name.slice(0, 2)}…` : `${name.slice(0, 1)}…`
  return `${payoutMethodLabels[details.method]} ${shown}@${domain}`
}

/** What a line of a statement is, by its kind in the ledger. */
export const lineWords: Record<string, string> = {
  instalment: 'Commission',
  refund: 'Taken back: refund',
  dispute: 'Taken back: dispute',
  cancel: 'Taken back: subscription ended',
  void: 'Taken back: judged void',
  hold: 'Held or released',
  payout: 'Carried from a payout before',
  adjustment: 'Adjustment',
  opening: 'Opening balance',
  write_off: 'Debt written off',
}

/** Of a provider's result file: 5,000 rows of PayPal's take half of it. */
export const mostResultBytes = 2_000_000
