import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exemptions, verdicts } from '@/db'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { loadTerms } from '@/lib/programme/load-terms'
import { setTerms } from '@/lib/programme/set-terms'
import { termsAt } from '@/lib/programme/terms'
import { meetBeforeWriting } from '@/tests/support/at-once'
import { buy, deliverAll, openBooks, seconds, type Books } from '@/tests/support/books'

const admin = { kind: 'api_key', id: 'key_1', scope: 'admin' } as const
const reason = 'said so on the phone'

let books: Books
let paymentId: string
let customerId: string
beforeEach(async () => {
  books = await openBooks()
  const bought = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  paymentId = bought.paymentId
  customerId = bought.customerId ?? ''
  await deliverAll(books)
})
afterEach(() => books.close())

const atOnce = (table: string, ...works: (() => Promise<unknown>)[]) =>
  meetBeforeWriting(books.database.superuserUrl, table, works)

describe('two people at once', () => {
  it('who judge one payment give one verdict', async () => {
    const judge = () => judgePayment(admin, { paymentId, decision: 'void', reason }, books.db)
    await atOnce('verdicts', judge, judge)
    expect(await books.db.$count(verdicts)).toBe(1)
  })

  it('who judge one customer give one verdict', async () => {
    const judge = () => judgeCustomer(admin, { customerId, decision: 'hold', reason }, books.db)
    await atOnce('verdicts', judge, judge)
    expect(await books.db.$count(verdicts)).toBe(1)
  })

  it('who exempt one affiliate write one exemption', async () => {
    const exempt = { affiliateId: books.ahmet, rule: 'own_card', exempt: true, reason } as const
    const work = () => exemptAffiliate(admin, exempt, books.db)
    await atOnce('exemptions', work, work)
    expect(await books.db.$count(exemptions)).toBe(1)
  })

  it('who change two terms lose neither', async () => {
    const now = new Date('2026-02-01T00:00:00Z')
    const change = (values: object) => () =>
      setTerms(admin, { values, affiliateId: null }, { db: books.db, now })
    await atOnce('terms', change({ rateBps: 2500 }), change({ holdDays: 45 }))
    const after = termsAt(await loadTerms(books.db), null, seconds('2026-04-01T00:00:00Z'))
    expect(after).toMatchObject({ rateBps: 2500, holdDays: 45 })
  })
})
