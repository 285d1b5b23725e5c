import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mails, payouts } from '@/db'
import type { Actor } from '@/lib/actor'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { enqueuePayoutMail } from '@/lib/payouts/payout-mail'
import { runDigest } from '@/lib/payouts/run-digest'
import { statementPdf } from '@/lib/payouts/statement-pdf'
import { chooseMails } from '@/lib/settings/choose-mails'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { earn, newColleague, payByPaypal } from '@/tests/support/payouts'

let books: Books
let payoutId: string
const now = new Date('2026-03-01T09:00:00Z')
const as = (affiliateId: string): Actor => ({
  kind: 'person',
  userId: affiliateId,
  email: 'x@example.com',
  administrator: null,
  affiliateId,
})

beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database)
  const { db, ahmet } = books
  const [drafts, approves] = [await newColleague(db, 'ines'), await newColleague(db, 'omar')]
  await payByPaypal(db, ahmet, 'ahmet@example.com')
  await earn(db, ahmet, 5000n)
  await earn(db, ahmet, 1234n)
  const runId = await draftPayoutRun(drafts, {}, { db, now })
  await approvePayoutRun(approves, { runId, digest: await runDigest(db, runId) }, { db, now })
  const [payout] = await db.select().from(payouts)
  payoutId = payout?.id ?? ''
})
afterAll(() => books.close())

describe('a statement as PDF', () => {
  it('is the affiliate’s own, whole, and of nobody else’s there is none', async () => {
    const { db, ahmet } = books
    const { name, pdf } = await statementPdf(as(ahmet), payoutId, db)
    expect(name).toBe(`statement-${payoutId}.pdf`)
    const text = Buffer.from(pdf).toString('latin1')
    expect(text.startsWith('%PDF-1.')).toBe(true)
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true)
    await expect(statementPdf(as('aff_other'), payoutId, db)).rejects.toMatchObject({ code: 'not_found' })
    await expect(statementPdf(as(ahmet), 'pay_none', db)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the letter about a payout', () => {
  it('is written once, and not to whoever does not want it', async () => {
    const { db, ahmet } = books
    const tell = () => db.transaction((tx) => enqueuePayoutMail(tx, payoutId, now))
    await chooseMails(as(ahmet), { affiliateId: ahmet, wanted: [] }, db)
    await tell()
    expect((await db.select().from(mails)).filter(({ cause }) => cause.startsWith('payout/'))).toEqual([])
    await chooseMails(as(ahmet), { affiliateId: ahmet, wanted: ['payout_sent'] }, db)
    await tell()
    await tell()
    const told = (await db.select().from(mails)).filter(({ cause }) => cause.startsWith('payout/'))
    expect(told).toHaveLength(1)
    expect(told[0]?.text).toContain(`/portal/payouts/${payoutId}`)
  })
})
