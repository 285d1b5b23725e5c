import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, type Transaction } from '@/db'
import { publicUrl } from '@/lib/env'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { letter } from '@/lib/mail/letter'
import { findSender } from '@/lib/mail/sender'
import { maskedDestination, type PayoutDestination } from './schemas'

/**
 * Tells the affiliate, and the address that was paid until now where it is another, that payouts go elsewhere: whoever did not do it
 * has the pause to say so. Cannot be turned off.
 */
export async function enqueueDetailsMails(
  tx: Transaction,
  change: { affiliateId: string; before: PayoutDestination; after: PayoutDestination; detailsId: number },
  now: Date,
): Promise<void> {
  const { affiliateId, before, after, detailsId } = change
  const [affiliate] = await tx
    .select({ email: affiliates.email })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!affiliate) return
  const from = await findSender(tx)
  const old = before.method === 'stripe' ? null : before.destination.email
  const recipients = new Set([affiliate.email.toLowerCase(), ...(old === null ? [] : [old])])
  const content = letter(from, 'Your payout details were changed', [
    {
      kind: 'paragraph',
      text: `Payouts of ${from.name} went to ${maskedDestination(before)}. From now on they go to ${maskedDestination(after)}.`,
    },
    {
      kind: 'paragraph',
      text: 'Payouts wait for three days after a change, so that there is time to object.',
    },
    { kind: 'button', label: 'See your payout details', url: `${publicUrl()}/portal/payouts/details` },
    { kind: 'small', text: 'It was not you? Change them back at once and answer to this mail.' },
  ])
  for (const [index, recipient] of [...recipients].entries()) {
    const cause = `payout-details/${detailsId}/${index}`
    await enqueueMail(tx, { ...content, recipient, affiliateId, cause, now })
  }
}
