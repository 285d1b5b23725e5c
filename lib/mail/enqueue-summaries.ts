import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { programmeNow } from '@/lib/clock'
import { formatMonth } from '@/lib/locales'
import { formatMoney } from '@/lib/money'
import { enqueueMail } from './enqueue-mail'
import { readersOf } from './enqueue-news'
import { summaryMail } from './news-letters'

/** The days of a month on which the one before is told of; later it is no news. */
const lastDay = 3

/** What the month before earned, to everybody who earned or lost something in it, once; so many a call. */
export async function enqueueSummaries(db: Database, limit: number): Promise<number> {
  const now = await programmeNow(db)
  if (now.getUTCDate() > lastDay) return 0
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
  const month = before.toISOString().slice(0, 7)
  const text = formatMonth(month)
  const from = `${month}-01`
  return db.transaction(async (tx) => {
    const rows = await tx.execute<{ id: string; amounts: { currency: string; minor: string }[] }>(sql`
      select id, jsonb_agg(jsonb_build_object('currency', currency, 'minor', minor::text) order by currency) as amounts
      from (select b.affiliate_id as id, b.currency, sum(b.amount_minor) as minor
            from balance_days b
            where b.account in ('earned', 'held', 'in_payout', 'paid')
              and b.earned_on >= ${from}::date and b.earned_on < ${from}::date + interval '1 month'
              and not exists (select from affiliate_preferences p
                              where p.affiliate_id = b.affiliate_id and 'monthly_summary' = any(p.mails_off))
              and not exists (select from affiliates a where a.id = b.affiliate_id and a.forgotten_at is not null)
              and not exists (select from mails m where m.cause = 'summary/' || b.affiliate_id || ${`/${month}`})
            group by 1, 2 having sum(b.amount_minor) <> 0) earned
      group by id order by id limit ${limit}`)
    const readers = await readersOf(
      tx,
      rows.map(({ id }) => id),
    )
    let written = 0
    for (const { id, amounts } of rows) {
      const reader = readers.get(id)
      if (!reader) continue
      const told = amounts.map(({ currency, minor }) => formatMoney(BigInt(minor), currency, reader.locale))
      const mail = { ...summaryMail(reader, text, told), recipient: reader.email, affiliateId: id, now }
      if (await enqueueMail(tx, { ...mail, cause: `summary/${id}/${month}` })) written += 1
    }
    return written
  })
}
