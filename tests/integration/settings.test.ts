import { eq } from 'drizzle-orm'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { affiliates, affiliateSigns, auditEntries, mails, payoutDetails, users } from '@/db'
import type { Actor } from '@/lib/actor'
import { authOptions } from '@/lib/auth/options'
import { isFreshSignIn } from '@/lib/auth/fresh-sign-in'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import { sendDueMails } from '@/lib/mail/send-due-mails'
import { smtpTransport } from '@/lib/mail/transport'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { askEmailChange } from '@/lib/settings/ask-email-change'
import { changeName } from '@/lib/settings/change-name'
import { chooseLocale } from '@/lib/settings/choose-locale'
import { chooseMails } from '@/lib/settings/choose-mails'
import { confirmEmailChange } from '@/lib/settings/confirm-email-change'
import { mailKinds } from '@/lib/settings/schemas'
import { getSettings } from '@/lib/settings/queries'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { redeem, tokenOf } from '@/tests/support/signing-in'

let books: Books
let me: Actor
const stranger: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'x@example.com',
  administrator: null,
  affiliateId: 'aff_other',
}

beforeAll(async () => {
  books = await openBooks()
  useEnvironment(books.database)
  me = { ...stranger, email: 'ahmet@example.com', affiliateId: books.ahmet }
})
afterAll(() => books.close())

const tokenIn = (text: string | undefined) => /token=([\w-]+)/.exec(text ?? '')?.[1] ?? ''

async function lettersAbout(prefix: string) {
  const rows = await books.db.select().from(mails)
  return rows.filter(({ cause }) => cause.startsWith(prefix))
}

describe('settings', () => {
  it('are changed by whom they belong to, and kept', async () => {
    const { db, ahmet: affiliateId } = books
    await changeName(me, { affiliateId, displayName: '  Ahmet   Y. ' }, db)
    await changeName(me, { affiliateId, displayName: 'Ahmet Y.' }, db)
    await chooseMails(me, { affiliateId, wanted: ['held', 'nonsense'] }, db)
    const settings = await getSettings(me, affiliateId, db)
    expect(settings.displayName).toBe('Ahmet Y.')
    expect(settings.mailsOff).not.toContain('held')
    expect(settings.mailsOff).toHaveLength(mailKinds.length - 1)
    const renames = await db.select().from(auditEntries).where(eq(auditEntries.action, 'affiliate.rename'))
    expect(renames).toHaveLength(1)
  })

  it('say how numbers and days are written, beside which mails are wanted', async () => {
    const { db, ahmet: affiliateId } = books
    const choose = (locale: string) => chooseLocale(me, { affiliateId, locale }, db)
    await Promise.all([choose('de'), choose('de')])
    await chooseMails(me, { affiliateId, wanted: ['held'] }, db)
    await choose('pt-BR')
    const { locale, mailsOff } = await getSettings(me, affiliateId, db)
    expect([locale, mailsOff.length]).toEqual(['pt-BR', mailKinds.length - 1])
    await expect(choose('tlh')).rejects.toMatchObject({ code: 'invalid', field: 'locale' })
  })

  it('of somebody else are not found', async () => {
    const { db, ahmet: affiliateId } = books
    const notFound = { code: 'not_found' }
    await expect(getSettings(stranger, affiliateId, db)).rejects.toMatchObject(notFound)
    await expect(changeName(stranger, { affiliateId, displayName: 'X' }, db)).rejects.toMatchObject(notFound)
    await expect(chooseLocale(stranger, { affiliateId, locale: 'de' }, db)).rejects.toMatchObject(notFound)
    await expect(chooseMails(stranger, { affiliateId, wanted: [] }, db)).rejects.toMatchObject(notFound)
    await expect(askEmailChange(stranger, { affiliateId, email: 'a@b.co' }, db)).rejects.toMatchObject(
      notFound,
    )
    await expect(changeName(me, { affiliateId, displayName: ' ' }, db)).rejects.toMatchObject({
      code: 'invalid',
      field: 'displayName',
    })
  })
})

describe('a change of address', () => {
  it('is made when both mailboxes have said yes, and keeps the sign-in; the one before is still compared', async () => {
    const { db, ahmet: affiliateId } = books
    await db.insert(users).values({ id: 'user_1', email: 'ahmet@example.com' })
    await expect(askEmailChange(me, { affiliateId, email: 'no address' }, db)).rejects.toMatchObject({
      field: 'email',
    })
    await askEmailChange(me, { affiliateId, email: 'New@Example.com' }, db)
    await expect(askEmailChange(me, { affiliateId, email: 'x@example.com' }, db)).rejects.toMatchObject({
      code: 'rate_limited',
    })
    const [old, next] = await lettersAbout('email-change/')
    expect([old?.recipient, next?.recipient]).toEqual(['ahmet@example.com', 'new@example.com'])
    expect(await confirmEmailChange(tokenIn(next?.text), db)).toBe('half')
    expect(await confirmEmailChange(tokenIn(next?.text), db)).toBe('half')
    expect((await getSettings(me, affiliateId, db)).email).toBe('ahmet@example.com')
    const both = await Promise.allSettled([
      confirmEmailChange(tokenIn(old?.text), db),
      confirmEmailChange(tokenIn(old?.text), db),
    ])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [affiliate] = await db.select().from(affiliates).where(eq(affiliates.id, affiliateId))
    expect(affiliate?.email).toBe('new@example.com')
    const [user] = await db.select().from(users).where(eq(users.id, 'user_1'))
    expect(user?.email).toBe('new@example.com')
    expect(await db.$count(affiliateSigns)).toBe(2)
    await expect(confirmEmailChange('nonsense', db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('to an address that somebody has writes to nobody there and tells nothing', async () => {
    const { db, stripe } = books
    const sofia = await newAffiliate(db, stripe, {
      handle: 'Sofia',
      displayName: 'S',
      email: 's@example.com',
    })
    const asSofia: Actor = { ...stranger, affiliateId: sofia, email: 's@example.com' }
    await askEmailChange(asSofia, { affiliateId: sofia, email: 'new@example.com' }, db)
    const letters = (await lettersAbout('email-change/')).filter((mail) => mail.affiliateId === sofia)
    expect(letters.map(({ recipient }) => recipient)).toEqual(['s@example.com'])
  })
})

describe('payout details', () => {
  it('given first tell nobody; changed, the old address is told, in the same transaction', async () => {
    const { db, ahmet } = books
    const to = (email: string) => ({ method: 'paypal', destination: { email } }) as const
    await changePayoutDetails(me, ahmet, to('one@paypal.example'), { db })
    expect(await lettersAbout('payout-details/')).toEqual([])
    await changePayoutDetails(me, ahmet, to('two@paypal.example'), { db })
    await changePayoutDetails(me, ahmet, to('two@paypal.example'), { db })
    const letters = await lettersAbout('payout-details/')
    expect(letters.map(({ recipient }) => recipient).toSorted()).toEqual([
      'new@example.com',
      'one@paypal.example',
    ])
    expect(letters[0]?.text).not.toContain('two@paypal.example')
    expect(await db.$count(payoutDetails)).toBe(2)
  })
})

describe('a fresh sign-in', () => {
  it('is a session that began with a link within a quarter of an hour, and no renewed one', async () => {
    const { db } = books
    const token = tokenOf(await redeem(db, await createSignInLink('new@example.com', '/portal', db)))
    const now = new Date()
    const person = await actorOfSession(db, token, now)
    if (!person) throw new Error('No session began')
    expect(authOptions(null, db).session?.maxAge).toBe(30 * 86_400)
    expect(await isFreshSignIn(person, token, { db, now })).toBe(true)
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
    expect(await isFreshSignIn(person, token, { db, now: later(16) })).toBe(false)
    expect(await isFreshSignIn(person, 'another', { db, now })).toBe(false)
    // Used days later it is renewed; somebody signs in elsewhere: this one is no fresher for it.
    const days = later(3 * 1440)
    await actorOfSession(db, token, days)
    await db
      .update(users)
      .set({ emailVerified: later(3 * 1440 - 5) })
      .where(eq(users.id, person.userId))
    expect(await isFreshSignIn(person, token, { db, now: days })).toBe(false)
  })
})

describe('a letter', () => {
  it('arrives at a real mail server in both forms, once', async () => {
    const received: Buffer[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, callback) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          received.push(Buffer.concat(chunks))
          callback()
        })
      },
    })
    const listening = server.listen(0, '127.0.0.1')
    await new Promise<void>((ready) => listening.once('listening', ready))
    const address = listening.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const transport = smtpTransport(`smtp://127.0.0.1:${port}`, 'Acme <acme@example.com>')
    const expected = await books.db.$count(mails)
    for (let round = 0; round < 4; round++) await sendDueMails(books.db, transport, new Date())
    transport.close()
    await new Promise<void>((closed) => server.close(() => closed()))
    expect(received).toHaveLength(expected)
    const parsed = await Promise.all(received.map((raw) => PostalMime.parse(raw)))
    const letter = parsed.find((mail) => mail.to?.[0]?.address === 'one@paypal.example')
    expect(letter?.subject).toBe('Your payout details were changed')
    expect(letter?.text).toContain('/portal/payouts/details')
    expect(letter?.html).toContain('/portal/payouts/details')
    const kept = await lettersAbout('email-change/')
    expect(kept.every(({ text }) => !text.includes('token='))).toBe(true)
  })
})
