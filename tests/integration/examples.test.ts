import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as balancesRoute from '@/app/api/v1/affiliates/[id]/balances/route'
import * as commissionsRoute from '@/app/api/v1/commissions/route'
import { closeDatabase } from '@/db'
import type { Actor } from '@/lib/actor'
import { createApiKey } from '@/lib/api/create-api-key'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { exportLedger, type ExportedTransfer } from '@/lib/ledger/export-ledger'
import { getBalances } from '@/lib/ledger/queries'
import { decimalString } from '@/lib/money'
import { callApi, system } from '@/tests/support/api'
import { deliverAll, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { beginning, examples, liveExamples, type Example, type Lived } from '@/tests/support/example-lives'
import { brokenInvariants } from '@/tests/support/payouts'

/** The examples that the product is explained with: the same numbers wherever they show. */

let books: Books
let key: string
let lives: Map<Example, Lived>
const exported: ExportedTransfer[] = []
/** After the last service month that is paid for. */
const lastDay = '2027-03-01'

beforeAll(async () => {
  books = await openBooks(beginning)
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url, WORKER: 'off' })
  key = (await createApiKey(system, { name: 'read', scope: 'read' })).key
  lives = await liveExamples(books)
  await deliverAll(books)
  const reader: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
  await exportLedger(reader, async (page) => void exported.push(...page), { db: books.db })
}, 120_000)
afterAll(async () => {
  await closeDatabase()
  await books.close()
})

function lived(example: Example): Lived & { actor: Actor } {
  const life = lives.get(example)
  if (!life) throw new Error(`${example.name} was not lived`)
  const { affiliateId, email } = life
  return { ...life, actor: { kind: 'person', userId: 'u', email, administrator: null, affiliateId } }
}

const left = ({ commissionMinor, reversals }: Example) =>
  reversals.reduce((rest, one) => rest - one, commissionMinor)
const byDay = (lines: readonly (readonly [string, bigint])[]) =>
  lines.map(([day, amount]) => `${day} ${amount}`).toSorted()

describe.each(examples.map((example) => [example.name, example] as const))('%s', (_, example) => {
  const { currency, netMinor, commissionMinor, reversals } = example
  const instalments = example.instalments.map(([payableOn, amountMinor]) => ({ payableOn, amountMinor }))

  it('in the portal', async () => {
    const { actor, affiliateId, paymentId } = lived(example)
    const [shown, ...more] = await listCommissionDetails(actor, { affiliateId, paymentId }, books.db)
    expect(more).toEqual([])
    expect(shown).toMatchObject({
      currency,
      netMinor,
      commissionMinor,
      remainingMinor: left(example),
      instalments,
    })
    expect(shown?.reversals.map((each) => each.commissionMinor)).toEqual(reversals)
  })

  it('in the explanation, so that it can be redone by hand', async () => {
    const { actor, affiliateId, paymentId } = lived(example)
    const [shown] = await listCommissionDetails(actor, { affiliateId, paymentId }, books.db)
    const words = JSON.stringify(shown?.calculation)
    for (const number of example.words) expect(words).toContain(number)
  })

  it('in the API', async () => {
    const { affiliateId, paymentId } = lived(example)
    const { status, body } = await callApi(commissionsRoute.GET, `/commissions?payment=${paymentId}`, { key })
    expect(status).toBe(200)
    expect(body.data).toMatchObject([
      {
        affiliateId,
        currency,
        netMinor: String(netMinor),
        commissionMinor: String(commissionMinor),
        remainingMinor: String(left(example)),
        instalments: instalments.map((each) => ({ ...each, amountMinor: String(each.amountMinor) })),
        reversals: reversals.map((each) => ({ commissionMinor: String(each) })),
      },
    ])
  })

  it('in the ledger’s export, line by line', () => {
    const { paymentId } = lived(example)
    const own = exported.filter((line) => line.paymentId === paymentId)
    const lines = (isTaken: boolean) =>
      own
        .filter(({ debit }) => debit.endsWith(':earned') === isTaken)
        .map(({ payableOn, amountMinor }) => `${payableOn} ${amountMinor}`)
    expect(lines(false).toSorted()).toEqual(byDay(example.instalments))
    expect(lines(true).toSorted()).toEqual(byDay(example.takenBack))
  })

  it('in the affiliate’s own file', async () => {
    const { actor, affiliateId, paymentId } = lived(example)
    let csv = ''
    for await (const part of streamCommissionsCsv(actor, affiliateId, {}, books.db)) csv += part
    const rows = parse<Record<string, string>>(csv, { columns: true }).filter(
      ({ payment }) => payment === paymentId,
    )
    const amounts = (row: string, column = 'amount') =>
      rows.filter((each) => each['row'] === row).map((each) => each[column])
    const money = (minor: bigint) => decimalString(minor, currency)
    expect(rows[0]).toMatchObject({ net: money(netMinor), amount: money(commissionMinor) })
    expect(amounts('instalment', 'instalment_amount')).toEqual(
      example.instalments.map(([, amount]) => money(amount)),
    )
    expect(amounts('reversal').map((amount) => amount?.replace('-', ''))).toEqual(reversals.map(money))
  })
})

it('each balance, in portal and API, is what its lines add up to, and the books are sound', async () => {
  for (const example of examples) {
    const { actor, affiliateId } = lived(example)
    const own = exported.filter((line) => line.affiliateId === affiliateId)
    const sum = own.reduce(
      (total, { credit, amountMinor }) =>
        total + (credit.endsWith(':earned') ? 1n : -1n) * BigInt(amountMinor),
      0n,
    )
    const figures = { payableMinor: sum, pendingMinor: 0n, scheduledMinor: 0n, lifetimeMinor: sum }
    expect(await getBalances(actor, affiliateId, lastDay, books.db)).toMatchObject([figures])
    const path = `/affiliates/${affiliateId}/balances?on=${lastDay}`
    const { body } = await callApi(balancesRoute.GET, path, { key, params: { id: affiliateId } })
    expect(body.balances).toMatchObject([{ payableMinor: String(sum), lifetimeMinor: String(sum) }])
  }
  expect(await brokenInvariants(books.db)).toEqual([])
})

it('a balance on a day is what is payable, pending and scheduled then', async () => {
  const [, annual] = examples
  if (!annual) throw new Error('there is no second example')
  const { actor, affiliateId } = lived(annual)
  expect(await getBalances(actor, affiliateId, '2026-03-02', books.db)).toMatchObject([
    { payableMinor: 446n, pendingMinor: 446n, scheduledMinor: 4452n, lifetimeMinor: 5344n },
  ])
})
