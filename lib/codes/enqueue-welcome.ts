import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, type codes, type Transaction } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { publicUrl } from '@/lib/env'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { findSender } from '@/lib/mail/sender'
import { welcomeMail } from '@/lib/mail/welcome-mail'
import { formatMoney, formatRate } from '@/lib/money'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { findPreferences } from '@/lib/settings/queries'

/** The first letter, when an affiliate's first code works; further codes bring no second one. */
export async function enqueueWelcome(tx: Transaction, code: typeof codes.$inferSelect): Promise<void> {
  const [affiliate] = await tx.select().from(affiliates).where(eq(affiliates.id, code.affiliateId))
  if (!affiliate) return
  const now = Math.floor((await programmeNow(tx)).getTime() / 1000)
  const { rateBps } = termsAt(await loadTermsOf(tx, [affiliate.id]), affiliate.id, now)
  const { locale } = await findPreferences(tx, affiliate.id)
  const content = welcomeMail({
    from: await findSender(tx),
    displayName: affiliate.displayName,
    code: code.code,
    discount:
      code.amountOffMinor !== null && code.amountOffCurrency !== null
        ? formatMoney(code.amountOffMinor, code.amountOffCurrency, locale)
        : formatRate(code.percentOffBps ?? 0, locale),
    rate: formatRate(rateBps, locale),
    portalUrl: `${publicUrl()}/portal`,
  })
  const address = { recipient: affiliate.email, affiliateId: affiliate.id }
  await enqueueMail(tx, { ...content, ...address, cause: `welcome/${affiliate.id}`, now: wallNow() })
}
