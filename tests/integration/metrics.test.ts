import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GET } from '@/app/api/metrics/route'
import { closeDatabase } from '@/db'
import { createApiKey } from '@/lib/api/create-api-key'
import { getTruths } from '@/lib/intake/reconcile/queries'
import { getBacklog, getWebhookHealth } from '@/lib/metrics/figures'
import { drain } from '@/lib/intake/drain'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { handled, sweep, system } from '@/tests/support/programme-life'

// Months of a programme's life on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 })

let books: Books
let key: string
beforeEach(async () => {
  books = await openBooks()
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  key = (await createApiKey(system, { name: 'prometheus', scope: 'read' })).key
})
afterEach(async () => {
  await closeDatabase()
  await books.close()
})

async function scrape(bearer: string | null = key): Promise<{ status: number; type: string; text: string }> {
  const headers = bearer === null ? undefined : { authorization: `Bearer ${bearer}` }
  const response = await GET(new Request('http://localhost:3000/api/metrics', headers && { headers }))
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  }
}

/** `tributary_inbox_events{state="queued"} 3` → 3 */
async function figure(name: string): Promise<number | null> {
  const { text } = await scrape()
  const line = text.split('\n').find((each) => each.startsWith(`tributary_${name} `))
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ') + 1))
}

async function aLife(): Promise<void> {
  await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
  await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
  await deliver(books, handled(books))
}

describe('the metrics', () => {
  it('are for a key of the programme’s, and a read key is enough', async () => {
    expect(await scrape(null)).toMatchObject({ status: 401 })
    expect(await scrape(`trb_${'0'.repeat(40)}`)).toMatchObject({ status: 401 })
    expect(await scrape()).toMatchObject({
      status: 200,
      type: expect.stringContaining('text/plain; version=0.0.4'),
    })
  })

  it('tell the inbox, the waits, the calls and the truths', async () => {
    await aLife()
    expect((await getWebhookHealth(system, books.db)).queued).toBe(handled(books).length)
    await drain(books.db, books.stripe, 30_000)
    expect(await figure('inbox_events{state="queued"}')).toBe(0)
    expect(await figure('inbox_oldest_seconds')).toBe(0)
    expect(await figure('settled_events_per_second')).toBeGreaterThan(0)
    expect(await figure('waiting_payments{kind="fee"}')).toBe(0)
    expect(await figure('stripe_requests_total')).toBeGreaterThan(0)
    expect(await figure('truth_clearing_accounts_off')).toBe(0)
    expect(await figure('truth_timeliness_seconds{quantile="0.5"}')).not.toBeNull()
    expect(await figure('truth_completeness_ratio')).toBeNull()
    await sweep(books)
    expect(await figure('sweep_unexplained')).toBe(0)
  })

  it('tell a fee that is waited for and an event in quarantine', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    const untilTheFee = handled(books).filter(({ type }) => type !== 'charge.updated')
    await deliver(books, untilTheFee)
    await drain(books.db, books.stripe, 30_000)
    expect(await figure('waiting_payments{kind="fee"}')).toBe(1)
    await books.db.execute(
      sql`update inbox_work set state = 'quarantined' where event_id = ${untilTheFee[0]?.id ?? ''}`,
    )
    expect(await figure('inbox_events{state="quarantined"}')).toBe(1)
  })

  it('hold no id, no address and no key', async () => {
    await aLife()
    await drain(books.db, books.stripe, 30_000)
    await sweep(books)
    const { text } = await scrape()
    expect(text).not.toMatch(/@|aff_|cus_|pi_|evt_|trb_|whsec_|sk_test|Ahmet/i)
  })
})

describe('the three truths', () => {
  it('hold where everything came', async () => {
    await aLife()
    await drain(books.db, books.stripe, 30_000)
    await sweep(books)
    const truths = await getTruths(system, books.db)
    expect(truths).toMatchObject({
      clearing: { holds: true, off: [] },
      completeness: { unexplained: 0, shareBps: 10_000, waiting: 0, quarantined: 0 },
    })
    expect(truths.completeness.seen).toBe(truths.completeness.explained)
    expect(truths.timeliness.events).toBe(handled(books).length)
    expect(truths.timeliness.p95Ms).toBeGreaterThanOrEqual(truths.timeliness.medianMs ?? Infinity)
  })

  it('say which account does not clear', async () => {
    await aLife()
    await drain(books.db, books.stripe, 30_000)
    await books.db.execute(sql`update balance_days set amount_minor = amount_minor + 7
                               where ctid = (select ctid from balance_days where account = 'earned' limit 1)`)
    expect((await getTruths(system, books.db)).clearing).toEqual({
      holds: false,
      off: [{ account: 'commissions', affiliateId: books.ahmet, currency: 'usd', minor: '7' }],
    })
  })

  it('are the console’s and a key’s, and nobody else’s', async () => {
    const affiliate = {
      kind: 'person',
      userId: '1',
      email: 'a@example.com',
      administrator: null,
      affiliateId: books.ahmet,
    } as const
    for (const ask of [getTruths, getWebhookHealth, getBacklog]) {
      await expect(ask(affiliate, books.db)).rejects.toThrow('This needs the role')
    }
  })
})

describe('the webhook’s health', () => {
  it('says when the last event came, and how many never did', async () => {
    expect(await getWebhookHealth(system, books.db)).toMatchObject({
      lastEventAt: null,
      lastDay: 0,
      missedBySweep: null,
    })
    await aLife()
    await drain(books.db, books.stripe, 30_000)
    await sweep(books)
    const health = await getWebhookHealth(system, books.db)
    expect(health).toMatchObject({
      lastDay: handled(books).length,
      queued: 0,
      quarantined: 0,
      missedBySweep: 0,
    })
    expect(health.lastEventAt).toBeInstanceOf(Date)
  })
})
