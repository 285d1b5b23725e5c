import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mails, programme, programmeLogos } from '@/db'
import type { Actor } from '@/lib/actor'
import { parseDecimal } from '@/lib/money'
import { enqueuePayoutMail } from '@/lib/payouts/payout-mail'
import { getStatement } from '@/lib/payouts/queries'
import { statementCsv } from '@/lib/payouts/statement-csv'
import { statementPdf } from '@/lib/payouts/statement-pdf'
import { changeLooks } from '@/lib/programme/change-looks'
import { getLooks } from '@/lib/programme/looks-queries'
import { changeName } from '@/lib/settings/change-name'
import { chooseLocale } from '@/lib/settings/choose-locale'
import { chooseMails } from '@/lib/settings/choose-mails'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { pdfText } from '@/tests/support/pdf-text'
import { pngOf } from '@/tests/support/png'
import {
  draftAndApprove,
  earn,
  newColleague,
  payByPaypal,
  payoutsOf,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let payoutId: string
let people: { drafts: Colleague; approves: Colleague }
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
  people = { drafts: await newColleague(db, 'ines'), approves: await newColleague(db, 'omar') }
  await payByPaypal(db, ahmet, 'ahmet@example.com')
  await earn(db, ahmet, 5000n)
  await earn(db, ahmet, 1234n)
  const [payout] = await payoutsOf(db, await draftAndApprove(db, people, now))
  payoutId = payout?.id ?? ''
})
afterAll(() => books.close())

describe('a statement as PDF', () => {
  it('is the affiliate’s own, and of nobody else’s there is none', async () => {
    const { db, ahmet } = books
    const { name } = await statementPdf(as(ahmet), payoutId, db)
    expect(name).toBe(`statement-${payoutId}.pdf`)
    await expect(statementPdf(as('aff_other'), payoutId, db)).rejects.toMatchObject({ code: 'not_found' })
    await expect(statementPdf(as(ahmet), 'pay_none', db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('carries the programme’s logo, and goes without one that is damaged', async () => {
    const { db, ahmet } = books
    const pictures = async () => {
      const { pdf } = await statementPdf(as(ahmet), payoutId, db)
      return (
        Buffer.from(pdf)
          .toString('latin1')
          .match(/\/Subtype \/Image/g)?.length ?? 0
      )
    }
    expect(await pictures()).toBe(0)
    const system: Actor = { kind: 'system', job: 'test' }
    const { seen } = await getLooks(system, db)
    await changeLooks(system, { name: 'Larkspur', accent: '#ffd400', logo: pngOf(64, 32), seen }, { db })
    // The picture and its transparency.
    expect(await pictures()).toBe(2)
    const [damaged] = await db
      .insert(programmeLogos)
      .values({
        picture: pngOf(64, 32).subarray(0, 60),
        mediaType: 'image/png',
        width: 64,
        height: 32,
        uploadedAt: now,
      })
      .returning({ id: programmeLogos.id })
    await db.update(programme).set({ logoId: damaged?.id })
    expect(await pictures()).toBe(0)
  })

  it('has every line of the page and the CSV, and they add up to the same amount', async () => {
    const { db, ahmet } = books
    const { payout, lines, sumMinor } = await getStatement(as(ahmet), payoutId, db)
    expect(payout.amountMinor).toBe(6234n)
    expect(sumMinor).toBe(payout.amountMinor)
    const texts = pdfText((await statementPdf(as(ahmet), payoutId, db)).pdf)
    const rows = texts.slice(texts.indexOf('Amount') + 1)
    const amounts = rows.filter((text) => text.startsWith('$'))
    expect(amounts.toSorted()).toEqual(['$12.34', '$50.00', '$62.34'])
    expect(amounts.at(-1)).toBe('$62.34')
    expect(rows.filter((text) => text === 'Opening balance')).toHaveLength(lines.length)
    expect(texts).toContain('Payout of $62.34')
    expect(texts).toContain('Page 1 of 1')
    const { csv } = await statementCsv(as(ahmet), payoutId, db)
    const cells = csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(','))
    const inCsv = (wanted: boolean) =>
      cells
        .filter(([kind]) => (kind === 'payout') === wanted)
        .reduce((sum, row) => sum + (parseDecimal(row[6] ?? '', 'usd') ?? 0n), 0n)
    expect([inCsv(false), inCsv(true)]).toEqual([6234n, 6234n])
  })

  it('is written as its affiliate writes numbers and days', async () => {
    const { db, ahmet } = books
    await chooseLocale(as(ahmet), { affiliateId: ahmet, locale: 'de' }, db)
    const texts = pdfText((await statementPdf(as(ahmet), payoutId, db)).pdf)
    expect(texts).toContain('Payout of 62,34\u00a0$')
    expect(texts).toContain('15.01.2026')
    await chooseLocale(as(ahmet), { affiliateId: ahmet, locale: 'fr' }, db)
    expect(pdfText((await statementPdf(as(ahmet), payoutId, db)).pdf).join()).not.toContain('�')
    await chooseLocale(as(ahmet), { affiliateId: ahmet, locale: 'en' }, db)
  })

  it.each([
    ['Şükrü Yıldız-Łuczak', 'Şükrü Yıldız-Łuczak'],
    ['Ольга Жукова', 'Ольга Жукова'],
    ['Joe\u0308lle', 'Joëlle'],
    ['山田 太郎', 'Ahmet'],
    ['أحمد', 'Ahmet'],
  ])('names %s as %s: whole, or by the handle where its letters lack', async (displayName, shown) => {
    const { db, ahmet } = books
    await changeName(as(ahmet), { affiliateId: ahmet, displayName }, db)
    const texts = pdfText((await statementPdf(as(ahmet), payoutId, db)).pdf)
    expect(texts.find((text) => text.startsWith('To '))).toBe(`To ${shown}, PayPal ah…@example.com`)
  })

  it('goes on over as many pages as it needs, none of them empty', async () => {
    const { db } = books
    const sofia = await newAffiliate(db, books.stripe, {
      handle: 'Sofia',
      displayName: 'Sofia',
      email: 'sofia@example.com',
    })
    await payByPaypal(db, sofia, 'sofia@example.com')
    for (let line = 0; line < 120; line++) await earn(db, sofia, 100n)
    const runId = await draftAndApprove(db, people, new Date('2026-03-02T09:00:00Z'))
    const [payout] = await payoutsOf(db, runId)
    const texts = pdfText((await statementPdf(as(sofia), payout?.id ?? '', db)).pdf)
    expect(texts.filter((text) => text === '$1.00')).toHaveLength(120)
    expect(texts.filter((text) => text.startsWith('Page '))).toEqual(
      [1, 2, 3].map((page) => `Page ${page} of 3`),
    )
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
