import { sql } from 'drizzle-orm'
import { connect } from '@/db'
import { keptDumps, restoreDump } from '@/tests/support/kept-dumps'
import { affiliateId } from './books'
import { fillPast } from './past'

const affiliates = 20

/**
 * Books as an earlier version left them, grown to so many lines of affiliates of their own: the oldest kept dump, each of the new
 * customers with the discount that made them an affiliate's.
 * @param urls of an empty database: the application's login and the owner's
 * @returns one of the affiliates
 */
export async function growOldBooks(
  urls: { name: string; url: string; migrateUrl: string },
  lines: number,
): Promise<string> {
  const [oldest] = keptDumps
  if (oldest === undefined) throw new Error('No dump is kept.')
  await restoreDump(urls.migrateUrl, oldest)
  const role = sql.identifier(decodeURIComponent(new URL(urls.url).username))
  const { db, close } = connect(urls.migrateUrl, { max: 1 })
  await db.execute(sql`
    insert into affiliates (id, handle, display_name, email, status, created_at)
    select 'aff_' || lpad(at::text, 20, '0'), 'Old' || at, 'Old ' || at, 'old' || at || '@example.com', 'active', now()
    from generate_series(0, ${affiliates - 1}::int) as at`)
  await db.execute(sql`
    insert into codes (code, affiliate_id, stripe_coupon_id, stripe_promotion_code_id, status, percent_off_bps, created_at)
    select upper(handle), id, id, 'promo_' || id, 'active', 500, created_at from affiliates where handle like 'Old%'`)
  const ids = Array.from({ length: affiliates }, (_, at) => affiliateId(at))
  await fillPast(urls, urls.name, { mark: 'old', lines, affiliates: ids })
  await db.execute(sql`
    insert into evidence (subject_id, kind, rank, at, source_id, discount_id, promotion_code_id, coupon_id, recorded_at, digest)
    select id, 'invoice_discount', 1, since, 'in_' || id, 'di_' || id, 'promo_' || affiliate_id, affiliate_id, since, md5(id)
    from customers where affiliate_id = any (${sql.param(ids)}::text[])`)
  await db.execute(sql`grant usage on schema public to ${role}`)
  await db.execute(sql`grant select, insert, update on all tables in schema public to ${role}`)
  await close()
  return affiliateId(0)
}
