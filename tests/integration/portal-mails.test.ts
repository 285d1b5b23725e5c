import { eq, sql, type SQL } from 'drizzle-orm'
import PostalMime, { type Email } from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, connect, inboxWork, programme } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import { settleBatch } from '@/lib/intake/settle-batch'
import { enqueueSummaries } from '@/lib/mail/enqueue-summaries'
import { enqueueTermsLetters } from '@/lib/mail/enqueue-terms-letters'
import { sendDueMails } from '@/lib/mail/send-due-mails'
import { smtpTransport } from '@/lib/mail/transport'
import { setTerms } from '@/lib/programme/set-terms'
import { chooseLocale } from '@/lib/settings/choose-locale'
import { chooseMails } from '@/lib/settings/choose-mails'
import { mailKinds, type MailKind } from '@/lib/settings/schemas'
import { buy, deliver, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { draftAndApprove, newColleague, payByPaypal } from '@/tests/support/payouts'
import { system } from '@/tests/support/programme-life'
import { mailServer, type MailServer } from '@/tests/support/smtp'

let books: Books
let server: MailServer
let leyla: string
let me: Actor
const start = '2026-01-15T10:00:00Z'
beforeEach(async () => {
  books = await openBooks(start)
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  server = await mailServer()
  leyla = await newAffiliate(books.db, books.stripe, {
    handle: 'Leyla',
    displayName: 'Leyla Demir',
    email: 'leyla@lumen-works.io',
  })
  me = { kind: 'person', userId: 'leyla', email: 'x@example.com', administrator: null, affiliateId: leyla }
  passed = 0
  await setClock(0)
})
afterEach(async () => {
  await server.close()
  await books.close()
})

const dayMs = 86_400_000
const after = (days: number) => new Date(Date.parse(start) + days * dayMs)
let passed = 0

/** So many days after the start, for the programme and for Stripe. */
async function setClock(days: number): Promise<void> {
  const clockOffsetSeconds = Math.round((after(days).getTime() - Date.now()) / 1000)
  await books.db.update(programme).set({ clockOffsetSeconds })
  if (days > passed) books.sandbox.advance((days - passed) * 86_400)
  passed = days
}

async function settleTwice(): Promise<void> {
  await deliverAll(books)
  await deliverAll(books)
}

const buyAsColleague = () =>
  buy(books.stripe, {
    amount: 2900,
    interval: 'month',
    code: 'LEYLA5',
    fee: 355,
    buyer: { email: 'colleague@lumen-works.io' },
  })

/** What happens, up to the moment that a letter is about. */
const stories = {
  held: async () => {
    await buyAsColleague()
    await settleTwice()
  },
  reversal_after_payout: async () => {
    await payByPaypal(books.db, leyla, 'leyla@lumen-works.io')
    const { paymentId } = await buy(books.stripe, { amount: 290_000, code: 'LEYLA5', fee: 500 })
    await settleTwice()
    await setClock(35)
    const people = {
      drafts: await newColleague(books.db, 'ines'),
      approves: await newColleague(books.db, 'omar'),
    }
    await draftAndApprove(books.db, people, after(35))
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 2755 })
    await settleTwice()
  },
  monthly_summary: async () => {
    await buy(books.stripe, { amount: 2900, code: 'LEYLA5', fee: 355 })
    await settleTwice()
    await setClock(18)
    await Promise.all([enqueueSummaries(books.db, 100), enqueueSummaries(books.db, 100)])
    await enqueueSummaries(books.db, 100)
  },
  new_terms: async () => {
    await setTerms(
      system,
      { values: { holdDays: 14 }, from: '2026-03-01', affiliateId: null },
      { db: books.db },
    )
    for (let round = 0; round < 3; round++)
      await Promise.all([enqueueTermsLetters(books.db, 1, true), enqueueTermsLetters(books.db, 1, true)])
  },
}

/** What arrived at the mail server for Leyla, beside her welcome. */
async function inbox(): Promise<Email[]> {
  const transport = smtpTransport(server.url, 'Acme Partners <partners@acme.example>')
  while ((await sendDueMails(books.db, transport, new Date())).sent > 0);
  transport.close()
  const raws = server.received.filter(({ to }) => to.includes('leyla@lumen-works.io'))
  const all = await Promise.all(raws.map(({ raw }) => PostalMime.parse(raw)))
  expect(all.filter(isWelcome)).toHaveLength(1)
  return all.filter((mail) => !isWelcome(mail))
}

const isWelcome = ({ subject }: Email) => subject?.includes('LEYLA5')

const want = (...wanted: MailKind[]) => chooseMails(me, { affiliateId: leyla, wanted }, books.db)

const letters = [
  ['held', 'A commission of $4.80 is held', 'A commission of 4,80 $ is held', '/portal/commissions/pi_'],
  [
    'reversal_after_payout',
    '$5.50 is taken back from a commission',
    '5,50 $ is taken back from a commission',
    '/portal/commissions/pi_',
  ],
  ['new_terms', 'Your terms change on 1 Mar 2026', 'Your terms change on 01.03.2026', '/portal/terms'],
  ['monthly_summary', 'January 2026: $4.80', 'January 2026: 4,80 $', '/portal'],
] as const

describe.each(letters)('the letter %s', (kind, subject, german, path) => {
  it('arrives once, in text and HTML, and names no customer', async () => {
    await want(kind)
    await stories[kind]()
    const [letter, ...more] = await inbox()
    expect(more.map(({ subject: other }) => other)).toEqual([])
    expect(letter?.subject).toBe(subject)
    for (const form of [letter?.text, letter?.html]) {
      expect(form).toContain(path)
      expect(form).toContain('Leyla Demir')
      expect(form).not.toMatch(/colleague|buyer/)
    }
  })

  it('is written as its reader writes numbers', async () => {
    await want(kind)
    await chooseLocale(me, { affiliateId: leyla, locale: 'de' }, books.db)
    await stories[kind]()
    expect((await inbox())[0]?.subject?.replaceAll('\u00a0', ' ')).toBe(german)
  })

  it('does not come to those who do not want it', async () => {
    await want(...mailKinds.filter((other) => other !== kind))
    await stories[kind]()
    const subjects = (await inbox()).map((mail) => mail.subject)
    expect(subjects).not.toContain(subject)
  })
})

describe('a letter that cannot be written', () => {
  it('leaves its cause undone too, and both are there when it can be', async () => {
    await want('held')
    const states = async () => (await books.db.select().from(commissions)).map(({ status }) => status)
    await asOwner(sql`alter table mails add constraint refused check (cause not like 'held/%') not valid`)
    await buyAsColleague()
    await deliver(books, books.sandbox.events())
    const { failed } = await settleBatch(books.db, books.stripe, { worker: 'test', limit: 200 })
    expect(failed).toBeGreaterThan(0)
    expect(await states()).not.toContain('held')
    await asOwner(sql`alter table mails drop constraint refused`)
    await books.db.update(inboxWork).set({ nextAttemptAt: new Date() }).where(eq(inboxWork.state, 'queued'))
    await drain(books.db, books.stripe, 30_000)
    expect(await states()).toEqual(['held'])
    expect((await inbox()).map((mail) => mail.subject)).toEqual(['A commission of $4.80 is held'])
  })
})

async function asOwner(statement: SQL): Promise<void> {
  const owner = connect(books.database.migrateUrl, { max: 1 })
  await owner.db.execute(statement)
  await owner.close()
}
