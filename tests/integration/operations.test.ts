import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import type { Actor } from '@/lib/actor'
import { createAdministrator } from '@/lib/administrators/create-administrator'
import { findEvent } from '@/lib/intake/queries'
import { ledgerDigest } from '@/lib/ledger/digest'
import { changeOperationSettings } from '@/lib/operations/change-operation-settings'
import { expirePayloads } from '@/lib/operations/expire-payloads'
import { getOperationSettings, listAlerts } from '@/lib/operations/queries'
import { operationSettingsSchema } from '@/lib/operations/schemas'
import { watchThresholds } from '@/lib/operations/watch-thresholds'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { handled, system } from '@/tests/support/programme-life'

let books: Books
beforeEach(async () => {
  books = await openBooks()
  for (const [email, role] of [
    ['ada@example.com', 'admin'],
    ['bo@example.com', 'admin'],
    ['vi@example.com', 'viewer'],
  ] as const)
    await createAdministrator(system, { email, role }, { db: books.db })
})
afterEach(() => books.close())

const admin = (role: 'admin' | 'viewer'): Actor => ({
  kind: 'person',
  userId: 'u',
  email: `${role}@example.com`,
  administrator: { id: `adm_${role}`, role },
  affiliateId: null,
})

const now = new Date()
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

async function letters(): Promise<string[]> {
  const rows = await books.db.execute<{ line: string }>(
    sql`select recipient || ': ' || subject as line from mails where cause like 'alert%' order by created_at, recipient`,
  )
  return rows.map(({ line }) => line)
}

/** An event that came so long ago, in this state. */
async function event(id: string, ago: string, state: 'queued' | 'done' | 'quarantined'): Promise<void> {
  const at = sql`clock_timestamp() - ${ago}::interval`
  await books.db.execute(sql`
    with event as (insert into inbox_events (event_id, type, created_at, recorded_at)
                   values (${id}, 'invoice.paid', ${at}, ${at}) returning event_id, recorded_at),
         body as (insert into inbox_payloads (event_id, recorded_at, body)
                  select event_id, recorded_at, '{"id": "kept"}' from event)
    insert into inbox_work (event_id, state, next_attempt_at, outcome, sentence, done_at)
    select event_id, ${state}, recorded_at, case when ${state} = 'queued' then null else 'recorded' end,
           'Kept.', case when ${state} = 'done' then recorded_at end from event`)
}

async function sweepThatFound(seen: number, unexplained: number, off: unknown[] = []): Promise<void> {
  await books.db.execute(sql`
    with swept as (insert into sweeps (begun_by, state, since, begun_at, started_at, finished_at, truths)
                   values ('by_hand', 'done', now(), now(), now(), now(), ${JSON.stringify({ clearing: { off } })}::jsonb) returning id),
         counts as (insert into sweep_counts (sweep_id, kind, seen) select id, 'refund', ${seen} from swept)
    insert into sweep_findings (sweep_id, kind, object_id, verdict, sentence, found_at)
    select id, 'refund', 're_' || n, 'unexplained', 'Nobody knows it.', now()
    from swept, generate_series(1, ${unexplained}::int) n`)
}

const causes: Record<string, () => Promise<void>> = {
  inbox_age: () => event('evt_1', '10 minutes', 'queued'),
  quarantine: () => event('evt_1', '1 second', 'quarantined'),
  webhook_silence: () => event('evt_1', '26 hours', 'done'),
  completeness: () => sweepThatFound(10_000, 1),
  clearing: () => sweepThatFound(10, 0, [{ account: 'in_payout' }]),
  fee_wait: async () => {
    await books.db.execute(sql`
      insert into waits (kind, subject_id, since, next_ask_at)
      values ('fee', 'pi_1', clock_timestamp() - interval '50 hours', now())`)
  },
}

describe('alerts', () => {
  it('are silent where all is well', async () => {
    await event('evt_1', '1 minute', 'done')
    await sweepThatFound(10, 0)
    expect(await watchThresholds(books.db, now)).toEqual({ opened: 0, closed: 0 })
    expect(await letters()).toEqual([])
  })

  it.each(Object.keys(causes))('%s: every administrator is told once, whoever watches', async (kind) => {
    await causes[kind]?.()
    await Promise.all(Array.from({ length: 6 }, () => watchThresholds(books.db, now)))
    const { alerts } = await listAlerts(system, { limit: 10 }, books.db)
    expect(alerts).toMatchObject([{ kind, closedAt: null }])
    const told = await letters()
    expect(told.map((line) => line.split(':')[0])).toEqual(['ada@example.com', 'bo@example.com'])
  })

  it('tell that it is over, and not by the minute what comes and goes by the minute', async () => {
    await event('evt_1', '1 second', 'quarantined')
    await watchThresholds(books.db, now)
    await books.db.execute(sql`update inbox_work set state = 'done', outcome = 'recorded', done_at = now()`)
    expect(await watchThresholds(books.db, later(1))).toEqual({ opened: 0, closed: 0 })
    expect(await watchThresholds(books.db, later(31))).toEqual({ opened: 0, closed: 1 })
    expect(await watchThresholds(books.db, later(32))).toEqual({ opened: 0, closed: 0 })
    expect(await letters()).toHaveLength(4)
    expect((await letters()).at(-1)).toContain('Over: events could not be settled')
  })

  it('are not sent where the watch ends half-way', async () => {
    await event('evt_1', '1 second', 'quarantined')
    const owner = connect(books.database.migrateUrl, { max: 1 })
    await owner.db.execute(sql`
      create function refuse_bo() returns trigger language plpgsql as $$ begin raise exception 'no post'; end $$;
      create trigger refuse_bo before insert on mails for each row when (new.recipient = 'bo@example.com') execute function refuse_bo()`)
    await expect(watchThresholds(books.db, now)).rejects.toThrow()
    await owner.db.execute(sql`drop trigger refuse_bo on mails`)
    await owner.close()
    expect((await listAlerts(system, { limit: 10 }, books.db)).alerts).toEqual([])
    expect(await letters()).toEqual([])
    expect(await watchThresholds(books.db, now)).toEqual({ opened: 1, closed: 0 })
  })
})

describe('the thresholds', () => {
  const typed = {
    version: '1',
    inboxAgeSeconds: '60',
    quarantined: '',
    completenessBps: '99,5',
    feeWaitHours: '12',
    silenceHours: '6',
    payloadMonths: '13',
  }

  it('are an administrator’s to change, and a form that is stale changes nothing', async () => {
    const wanted = operationSettingsSchema.parse(typed)
    const { db } = books
    await expect(changeOperationSettings(admin('viewer'), wanted, { db })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const both = await Promise.allSettled(
      ['60', '90'].map((inboxAgeSeconds) =>
        changeOperationSettings(
          admin('admin'),
          operationSettingsSchema.parse({ ...typed, inboxAgeSeconds }),
          { db },
        ),
      ),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await getOperationSettings(system, db)).toMatchObject({
      version: 2,
      quarantined: null,
      completenessBps: 9950,
    })
    const audits = await db.execute(sql`select from audit_entries where action = 'operations.change'`)
    expect(audits).toHaveLength(1)
    await event('evt_1', '1 second', 'quarantined')
    expect(await watchThresholds(db, now)).toEqual({ opened: 0, closed: 0 })
  })

  it.each([
    ['inboxAgeSeconds', '-1'],
    ['inboxAgeSeconds', '1e9'],
    ['completenessBps', '100.5'],
    ['completenessBps', '0'],
    ['payloadMonths', '1'],
    ['silenceHours', '8761'],
  ])('%s is not %s', (field, text) => {
    const parsed = operationSettingsSchema.safeParse({ ...typed, [field]: text })
    expect(parsed.error?.issues[0]?.path).toEqual([field])
  })
})

describe('bodies past their term', () => {
  it('go by whole months; facts, events, lines and months with work in them stay', async () => {
    const { db, stripe, database } = books
    await buy(stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await deliver(books, handled(books))
    const owner = connect(database.migrateUrl, { max: 1 })
    await owner.db.execute(sql`select ensure_payload_partitions((now() - interval '40 months')::date, 40)`)
    await owner.close()
    await event('evt_old', '38 months', 'done')
    await event('evt_open', '34 months', 'quarantined')
    await event('evt_young', '20 months', 'done')
    const before = await ledgerDigest(db)
    const facts = await db.execute(sql`select count(*) from facts`)

    expect(await expirePayloads(db, new Date())).toBeGreaterThan(0)
    expect(await expirePayloads(db, new Date())).toBe(0)

    const body = async (id: string) => (await findEvent(system, id, db))?.payload ?? null
    expect(await body('evt_old')).toBeNull()
    expect(await body('evt_open')).not.toBeNull()
    expect(await body('evt_young')).not.toBeNull()
    expect(await db.execute(sql`select count(*) from facts`)).toEqual(facts)
    expect(await ledgerDigest(db)).toEqual(before)
  })

  it('are kept where no term is set, and never taken within the month', async () => {
    const { db } = books
    await db.execute(sql`update operation_settings set payload_months = null`)
    expect(await expirePayloads(db, new Date())).toBe(0)
    await expect(
      db.execute(sql`select expire_payloads((now() - interval '20 days')::date)`),
    ).rejects.toThrow()
    await expect(db.execute(sql`drop table inbox_payloads_other`)).rejects.toThrow()
  })
})
