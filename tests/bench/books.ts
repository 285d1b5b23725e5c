import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { connect, type Connection } from '@/db'
import { migrate } from '@/db/migrate'
import { parseEvent } from '@/lib/intake/parse-event'
import { recordEvent } from '@/lib/intake/record-event'
import { createDatabase, dropDatabase, onDatabase, type PostgresServer } from '@/lib/postgres'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { inParallel } from '@/lib/stripe/read'
import type { Lives } from './lives'

export interface Books extends Connection {
  name: string
  url: string
  drop(): Promise<void>
}

const newName = () => `bench_${randomBytes(4).toString('hex')}`

/** As long as a real one. */
export const affiliateId = (at: number): string => `aff_${String(at).padStart(20, '0')}`

/** Empty books of a programme that earns from the first day, to be copied. */
export async function makeTemplate(
  server: PostgresServer,
  { codes }: Pick<Lives, 'codes'>,
  affiliates: { count: number; ownerOf: (code: number) => number },
): Promise<string> {
  const name = newName()
  await createDatabase(server.superuserUrl, name)
  await migrate({ migrateUrl: onDatabase(server.migrateUrl, name), appRole: 'tributary_app' })
  const { db, close } = connect(onDatabase(server.url, name), { max: 2 })
  const now = new Date('2026-01-01T00:00:00Z')
  await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now })
  await db.execute(sql`
    insert into affiliates (id, handle, display_name, email, status, created_at)
    select 'aff_' || lpad(at::text, 20, '0'), 'Bench' || at, 'Bench ' || at, 'bench' || at || '@example.com', 'active', ${now.toISOString()}
    from generate_series(0, ${affiliates.count - 1}::int) as at`)
  const rows = codes.map(({ promotionCodeId, couponId }, at) => {
    return { at, owner: affiliateId(affiliates.ownerOf(at)), promotion: promotionCodeId, coupon: couponId }
  })
  await db.execute(sql`
    insert into codes (code, affiliate_id, stripe_coupon_id, stripe_promotion_code_id, status, percent_off_bps, created_at)
    select 'BENCH' || at || 'X5', owner, coupon, promotion, 'active', 500, ${now.toISOString()}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as code (at int, owner text, promotion text, coupon text)`)
  await close()
  return name
}

/** @param template whose nobody is connected to */
export async function openBooks(server: PostgresServer, template: string): Promise<Books> {
  const name = newName()
  await createDatabase(server.superuserUrl, name, { template })
  const url = onDatabase(server.url, name)
  const { db, close } = connect(url, { max: 4 })
  const drop = async () => {
    await close()
    await dropDatabase(server.superuserUrl, name)
  }
  return { db, close, name, url, drop }
}

/**
 * As the webhook does: each by itself, each committed.
 * @param lanes how many at once
 */
export async function recordAll({ db }: Connection, events: readonly string[], lanes = 4): Promise<void> {
  await inParallel(events, lanes, async (event) => {
    const parsed = parseEvent(event)
    if ('problem' in parsed) throw new Error(parsed.problem)
    await recordEvent(db, parsed, new Date())
  })
}
