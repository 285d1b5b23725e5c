import { eq, sql } from 'drizzle-orm'
import { connect, payouts, type Database } from '@/db'
import { setEnvironment } from '@/lib/env'
import { onDatabase, type PostgresServer } from '@/lib/postgres'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { listPayouts } from '@/lib/payouts/queries'
import { runDigest } from '@/lib/payouts/run-digest'
import { getPayoutRun } from '@/lib/payouts/run-queries'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { voidApproval } from '@/lib/payouts/void-approval'
import { Stripe } from '@/lib/stripe/client'
import { newColleague } from '@/tests/support/payouts'
import type { Bench } from './bench'
import { makeTemplate, openBooks } from './books'
import { timed, type Figure } from './figure'

const linesEach = 10
const now = new Date('2026-06-01T09:00:00Z')

/** Everybody is owed ten lines of as many payments and has an account at Stripe: as the owner, past all triggers. */
async function fillOwed(server: PostgresServer, name: string): Promise<void> {
  const { db, close } = connect(onDatabase(server.migrateUrl, name), { max: 1 })
  try {
    for (const statement of [
      sql`insert into payout_details (affiliate_id, method, destination, digest, changed_by, at)
          select id, 'stripe', jsonb_build_object('accountId', 'acct_' || right(id, 16)), md5(id), 'bench', '2025-06-01' from affiliates`,
      sql`insert into connect_accounts (affiliate_id, stripe_account_id, transfers)
          select id, 'acct_' || right(id, 16), 'active' from affiliates`,
      sql`insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
            seq, kind, affiliate_id, payment_id, invoice_id)
          select at, at, at::date, at::date + 30, 'commission_expense', 'earned', 'usd', 900, 'instalment/0', 1, 'instalment', id,
                 'pi_3' || left(md5(id || k), 23), 'in_1' || left(md5(id || k), 23)
          from (select id, k, timestamptz '2026-01-01' + make_interval(days => k * 3) as at
                from affiliates, generate_series(1, ${linesEach}::int) as k) as bought
          order by md5(id || k)`,
      sql`insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
          select affiliate_id, currency, 'earned', earned_on, payable_on, sum(amount_minor) from ledger_transfers group by 1, 2, 4, 5`,
      sql`vacuum analyze`,
    ])
      await db.execute(statement)
  } finally {
    await close()
  }
}

/** A Stripe that has every account and makes every transfer, at once. */
function generousStripe(): Stripe {
  let made = 0
  const answer = (body: unknown) =>
    Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }))
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.pathname.startsWith('/v1/accounts/'))
      return answer({ id: url.pathname.slice(13), object: 'account', capabilities: { transfers: 'active' } })
    if (init?.method !== 'POST')
      return answer({ object: 'list', data: [], has_more: false, url: url.pathname })
    const asked = new URLSearchParams(typeof init.body === 'string' ? init.body : '')
    made += 1
    const [amount, currency] = [Number(asked.get('amount')), asked.get('currency')]
    return answer({
      id: `tr_${made}`,
      object: 'transfer',
      amount,
      currency,
      destination: asked.get('destination'),
      metadata: {},
    })
  }
  return new Stripe('sk_test_bench', {
    httpClient: Stripe.createFetchHttpClient(fetch),
    maxNetworkRetries: 0,
  })
}

async function sendSome(db: Database, payoutsMany: number): Promise<number> {
  const stripe = generousStripe()
  const seconds = await timed(async () => {
    for (let sent = 0; sent < payoutsMany;) sent += await sendPayouts({ db, stripe, now: () => now })
  })
  return payoutsMany / seconds
}

/** A run of a hundred thousand affiliates with a million lines: drafted, looked at, approved, sent, and an approval taken back. */
export async function measurePayouts({ server, quick }: Bench): Promise<Figure[]> {
  const many = quick ? 10_000 : 100_000
  const template = await makeTemplate(server, { codes: [] }, { count: many, ownerOf: () => 0 })
  const books = await openBooks(server, template)
  await fillOwed(server, books.name)
  const { db } = books
  // The letters that say what was sent carry an address.
  setEnvironment({
    DATABASE_URL: books.url,
    STRIPE_SECRET_KEY: 'sk_test_bench',
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'a secret of the bench, long enough to be taken',
  })
  const [ines, omar] = [await newColleague(db, 'ines'), await newColleague(db, 'omar')]
  let runId = ''
  const draft = await timed(async () => {
    runId = await draftPayoutRun(ines, {}, { db, now })
  })
  const look = await timed(async () => {
    await getPayoutRun(omar, runId, db)
    await listPayouts(omar, { runId, limit: 50 }, db)
  })
  const approve = async () =>
    approvePayoutRun(
      { ...omar, secondFactorAt: new Date() },
      { runId, digest: await runDigest(db, runId) },
      { db, now },
    )
  const approval = await timed(approve)
  const taken = await timed(() => voidApproval(omar, { runId, reason: 'bench' }, { db, now }))
  runId = await draftPayoutRun(ines, {}, { db, now })
  await approve()
  await sendPayoutRun(omar, runId, { db, now })
  const some = quick ? 1_000 : 2_000
  const first = await sendSome(db, some)
  const paid = await db.$count(payouts, eq(payouts.state, 'paid'))
  if (paid < some) throw new Error(`${paid} of ${some} payouts were sent.`)
  await books.drop()
  const note = `${many.toLocaleString('en')} affiliates, ${(many * linesEach).toLocaleString('en')} lines`
  return [
    { name: 'payouts: a run drafted', value: draft, unit: 's', note },
    { name: 'payouts: the run’s page read', value: look * 1000, unit: 'ms', note },
    { name: 'payouts: a run approved', value: approval, unit: 's', note },
    { name: 'payouts: an approval voided', value: taken, unit: 's', note },
    {
      name: 'payouts: sent, Stripe answering at once',
      value: first,
      unit: 'payouts/s',
      note: 'without our own pace',
    },
  ]
}
