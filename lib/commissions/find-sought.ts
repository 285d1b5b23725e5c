import { sql, type SQL } from 'drizzle-orm'
import { commissions, type Querying } from '@/db'
import { among } from '@/lib/rows'

/** So many affiliates of one name, or invoices of one subscription, are looked through. */
const most = 500

/**
 * The commissions that somebody means who types an id of Stripe's (of a payment, charge, refund, dispute, invoice, session,
 * subscription, customer, event, balance transaction, …), a code, or an affiliate's name, handle, address or id.
 * @returns a condition on `commissions`
 */
export async function findSought(db: Querying, text: string): Promise<SQL> {
  const sought = text.trim()
  if (/^aff_\w+$/.test(sought)) return sql`${commissions.affiliateId} = ${sought}`
  if (/^cus_\w+$/.test(sought)) return sql`${commissions.customerId} = ${sought}`
  const [ofStripe, affiliateIds] = await Promise.all([
    /^[a-z]+_\w+$/.test(sought) ? soughtAtStripe(db, sought) : null,
    soughtAffiliates(db, sought),
  ])
  const ways = [
    ...(ofStripe
      ? [
          among(sql`${commissions.paymentId}`, ofStripe.paymentIds),
          among(sql`${commissions.invoiceId}`, ofStripe.invoiceIds),
        ]
      : []),
    ...(affiliateIds.length > 0 ? [ofAffiliates(affiliateIds)] : []),
  ]
  return ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})`
}

/** Of one the index gives the newest at once; with a list of one it would look through everybody's. */
function ofAffiliates(ids: readonly string[]): SQL {
  const [first, ...others] = ids
  return others.length === 0
    ? sql`${commissions.affiliateId} = ${first}`
    : among(sql`${commissions.affiliateId}`, ids)
}

/** Through whatever object was seen with this id, or is what an event with this id was about. */
async function soughtAtStripe(
  db: Querying,
  id: string,
): Promise<{ paymentIds: string[]; invoiceIds: string[] }> {
  const rows = await db.execute<{ payment: string | null; invoice: string | null }>(sql`
    with about as (select ${id}::text as id union select object_id from inbox_events where event_id = ${id})
    (select payment_id as payment, invoice_id as invoice from facts where object_id in (select id from about) limit ${most})
    union
    select null, i.id from invoices i join about on about.id = i.subscription_id
    union
    select id, id from about
    limit ${most}`)
  return {
    paymentIds: rows.flatMap(({ payment }) => payment ?? []),
    // A payment that is known is meant by itself, and not with all others on its invoice.
    invoiceIds: rows.flatMap(({ payment, invoice }) =>
      payment === null || payment === invoice ? (invoice ?? []) : [],
    ),
  }
}

async function soughtAffiliates(db: Querying, text: string): Promise<string[]> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const rows = await db.execute<{ id: string }>(sql`
    select affiliate_id as id from codes where upper(code) = upper(${text})
      or stripe_promotion_code_id = ${text} or stripe_coupon_id = ${text}
    union
    (select id from affiliates where (display_name || ' ' || handle || ' ' || email) ilike ${pattern} limit ${most})`)
  return rows.map(({ id }) => id)
}
