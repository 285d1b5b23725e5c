import 'server-only'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { affiliatePreferences, affiliates, mails, type Transaction } from '@/db'
import type { Locale } from '@/lib/locales'
import { formatMoney } from '@/lib/money'
import { localeOf } from '@/lib/settings/queries'
import type { MailKind } from '@/lib/settings/schemas'
import { enqueueMail } from './enqueue-mail'
import type { MailContent } from './letter'
import { firstCommissionMail, heldMail, newCustomerMail, reversalMail, type Addressee } from './news-letters'
import { findSender } from './sender'

/** What is older is no news: a first import of past years writes to nobody. */
const freshDays = 3

/** A payment's commission as it was just settled. */
export interface SettledNews {
  paymentId: string
  affiliateId: string
  status: string
  /** Null while the fee is not known. */
  currency: string | null
  commissionMinor: bigint
  paidAt: Date
  reversals: readonly { id: string; on: string; commissionMinor: bigint }[]
}

interface Item {
  kind: MailKind
  cause: string
  affiliateId: string
  write: (to: Reader) => MailContent
}

/**
 * Letters about what a settlement brought, in its transaction: each once, only about the last days, and only to those who want them.
 * Call it last: nobody then waits for another's letter while holding what that one needs.
 */
export async function enqueueNews(
  tx: Transaction,
  happened: {
    customers: readonly { customerId: string; affiliateId: string; since: Date }[]
    settled: readonly SettledNews[]
  },
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - freshDays * 86_400_000)
  const items = [
    ...happened.customers.filter((each) => each.since >= since).map(customerItem),
    ...(await firstCommissions(
      tx,
      happened.settled.filter((each) => each.paidAt >= since),
    )),
    ...happened.settled.filter((each) => each.paidAt >= since && each.status === 'held').map(heldItem),
    ...(await reversals(tx, happened.settled, since)),
  ]
  if (items.length === 0) return
  const readers = await readersOf(tx, [...new Set(items.map((item) => item.affiliateId))])
  for (const item of items.toSorted((a, b) => (a.cause < b.cause ? -1 : 1))) {
    const reader = readers.get(item.affiliateId)
    if (!reader || reader.mailsOff.includes(item.kind)) continue
    const { affiliateId, cause } = item
    await enqueueMail(tx, { ...item.write(reader), recipient: reader.email, affiliateId, cause, now })
  }
}

type Reader = Addressee & { email: string; mailsOff: readonly string[]; locale: Locale }

export async function readersOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, Reader>> {
  const from = await findSender(tx)
  const rows = await tx
    .select({
      id: affiliates.id,
      email: affiliates.email,
      displayName: affiliates.displayName,
      mailsOff: affiliatePreferences.mailsOff,
      locale: affiliatePreferences.locale,
    })
    .from(affiliates)
    .leftJoin(affiliatePreferences, eq(affiliatePreferences.affiliateId, affiliates.id))
    .where(and(inArray(affiliates.id, [...ids]), isNull(affiliates.forgottenAt)))
  return new Map(
    rows.map(({ id, mailsOff, locale, ...row }) => [
      id,
      {
        ...row,
        mailsOff: mailsOff ?? [],
        locale: localeOf(locale),
        from,
      },
    ]),
  )
}

function customerItem({ customerId, affiliateId }: { customerId: string; affiliateId: string }): Item {
  return {
    kind: 'new_customer',
    cause: `customer/${customerId}/${affiliateId}`,
    affiliateId,
    write: newCustomerMail,
  }
}

function heldItem({ paymentId, affiliateId, commissionMinor, currency }: SettledNews): Item {
  const write = (to: Reader) =>
    heldMail(to, formatMoney(commissionMinor, currency ?? 'usd', to.locale), paymentId)
  return { kind: 'held', cause: `held/${paymentId}`, affiliateId, write }
}

async function firstCommissions(tx: Transaction, settled: readonly SettledNews[]): Promise<Item[]> {
  const first = new Map<string, Item>()
  for (const each of settled.toSorted((a, b) => a.paidAt.getTime() - b.paidAt.getTime())) {
    const { affiliateId, currency, commissionMinor, paymentId, status } = each
    if (status !== 'settled' || currency === null || commissionMinor === 0n || first.has(affiliateId))
      continue
    const write = (to: Reader) =>
      firstCommissionMail(to, formatMoney(commissionMinor, currency, to.locale), paymentId)
    first.set(affiliateId, {
      kind: 'first_commission',
      cause: `first-commission/${affiliateId}`,
      affiliateId,
      write,
    })
  }
  if (first.size === 0) return []
  const causes = [...first.values()].map(({ cause }) => cause)
  const written = await tx.select({ cause: mails.cause }).from(mails).where(inArray(mails.cause, causes))
  for (const { cause } of written) first.delete(cause.slice('first-commission/'.length))
  if (first.size === 0) return []
  const batch = settled.map(({ paymentId }) => paymentId)
  const earned = await tx.execute<{ id: string }>(sql`
    select a.id from unnest(${sql.param([...first.keys()])}::text[]) as a (id)
    where exists (select from commissions c where c.affiliate_id = a.id and c.commission_minor > 0
                    and c.payment_id <> all(${sql.param(batch)}::text[]))`)
  for (const { id } of earned) first.delete(id)
  return [...first.values()]
}

/** Of what was in a payout that is sent or on its way. */
async function reversals(tx: Transaction, settled: readonly SettledNews[], since: Date): Promise<Item[]> {
  const day = since.toISOString().slice(0, 10)
  const recent = settled.filter(({ reversals: all }) =>
    all.some((each) => each.on >= day && each.commissionMinor > 0n),
  )
  if (recent.length === 0) return []
  const paid = await tx.execute<{ id: string }>(sql`
    select distinct payment_id as id from payout_lines
    where released_at is null and payment_id = any(${sql.param(recent.map(({ paymentId }) => paymentId))}::text[])`)
  const ids = new Set(paid.map(({ id }) => id))
  return recent
    .filter(({ paymentId }) => ids.has(paymentId))
    .flatMap(({ paymentId, affiliateId, currency, reversals: all }) =>
      all
        .filter((each) => each.on >= day && each.commissionMinor > 0n)
        .map(({ id, commissionMinor }): Item => {
          const write = (to: Reader) =>
            reversalMail(to, formatMoney(commissionMinor, currency ?? 'usd', to.locale), paymentId)
          const cause = `reversal/${paymentId}/${id}`
          return { kind: 'reversal_after_payout', cause, affiliateId, write }
        }),
    )
}
