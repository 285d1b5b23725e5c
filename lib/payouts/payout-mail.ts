import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { env } from '@/lib/env'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { letter } from '@/lib/mail/letter'
import { findSender } from '@/lib/mail/sender'
import { formatMoney } from '@/lib/money'
import { findPreferences } from '@/lib/settings/queries'
import { maskedDestination, payoutDetailsSchema, type PayoutMethod } from './schemas'

/** Tells an affiliate, once, that a payout of theirs was sent; in the transaction that says so. */
export async function enqueuePayoutMail(tx: Transaction, payoutId: string, now: Date): Promise<void> {
  const [row] = await tx.execute<{
    affiliateId: string
    displayName: string
    email: string
    amount: string
    currency: string
    method: PayoutMethod
    destination: unknown
  }>(sql`
    select a.id as "affiliateId", a.display_name as "displayName", a.email, p.amount_minor::text as amount,
           p.currency, p.method, p.destination
    from payouts p join affiliates a on a.id = p.affiliate_id where p.id = ${payoutId}`)
  if (!row) return
  const { mailsOff, locale } = await findPreferences(tx, row.affiliateId)
  if (mailsOff.includes('payout_sent')) return
  const { affiliateId, displayName, email, currency, method, destination } = row
  const amount = formatMoney(BigInt(row.amount), currency, locale)
  const to = maskedDestination(payoutDetailsSchema.parse({ method, destination }))
  const from = await findSender(tx)
  const content = letter(from, `${amount} is on its way to you`, [
    { kind: 'paragraph', text: `${displayName}, ${from.name} has sent you ${amount}, to ${to}.` },
    { kind: 'paragraph', text: 'The statement lists every payment that it is made of.' },
    { kind: 'button', label: 'See the statement', url: `${env().appUrl}/portal/payouts/${payoutId}` },
    { kind: 'small', text: 'Stripe, PayPal and banks take up to a few days to pass it on.' },
  ])
  await enqueueMail(tx, { ...content, recipient: email, affiliateId, cause: `payout/${payoutId}`, now })
}
