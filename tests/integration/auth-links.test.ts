import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  administrators,
  connect,
  mails,
  users,
  verificationTokens,
  type Connection,
  type Database,
} from '@/db'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import { linksAnHour, sendSignInLink } from '@/lib/auth/send-sign-in-link'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { log } from '@/lib/log'
import type { TestDatabase } from '@/tests/support/database'
import { testDatabase } from '@/tests/support/database'
import { addAdministrator, addAffiliate, redeem, sessionCookie, tokenOf } from '@/tests/support/signing-in'
import { useEnvironment } from '@/tests/support/environment'

let database: TestDatabase
let connection: Connection
let db: Database

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  log.level = 'silent'
  connection = connect(database.url)
  db = connection.db
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

let email: string
let people = 0
beforeEach(() => {
  email = `person-${++people}@example.com`
})

const administrator = () => addAdministrator(db, email)
const affiliate = (address = email) => addAffiliate(db, address)

describe('a sign-in link', () => {
  it('signs in once, with a cookie that scripts cannot read', async () => {
    const id = await administrator()
    const link = await createSignInLink(` ${email.toUpperCase()}`, '/admin?view=all', db)
    expect(link).toMatch(/^http:\/\/localhost:3000\/sign-in\/confirm\?token=[\w-]{43}&email=/)
    const response = await redeem(db, link)
    expect(response.headers.get('location')).toBe('http://localhost:3000/admin?view=all')
    expect(sessionCookie(response)).toMatch(/; Path=\/;.*; HttpOnly; SameSite=Lax$/i)
    expect(await actorOfSession(db, tokenOf(response), new Date())).toMatchObject({
      email,
      awaiting: { id, role: 'finance' },
      affiliateId: null,
    })
    const again = await redeem(db, link)
    expect(again.headers.get('location')).toBe('http://localhost:3000/sign-in?error=Verification')
    expect(again.headers.getSetCookie()).toEqual([])
  })

  it('is kept as a digest', async () => {
    const link = await createSignInLink(email, '/', db)
    const token = new URL(link).searchParams.get('token') ?? ''
    const [row] = await db.select().from(verificationTokens).where(eq(verificationTokens.identifier, email))
    expect(token).toHaveLength(43)
    expect(row?.token).toMatch(/^[0-9a-f]{64}$/)
    expect(row?.token).not.toContain(token)
  })

  it('works twice for two that are redeemed at once, and makes one user', async () => {
    await affiliate()
    const links = await Promise.all([createSignInLink(email, '/', db), createSignInLink(email, '/', db)])
    const responses = await Promise.all(links.map((link) => redeem(db, link)))
    expect(new Set(responses.map(tokenOf)).size).toBe(2)
    expect(await db.$count(users, eq(users.email, email))).toBe(1)
  })

  it('signs in once where the button is pressed twice at once', async () => {
    await affiliate()
    const link = await createSignInLink(email, '/', db)
    const responses = await Promise.all([redeem(db, link), redeem(db, link)])
    const errors = responses.filter((response) =>
      response.headers.get('location')?.endsWith('?error=Verification'),
    )
    expect(errors).toHaveLength(1)
  })

  it('is good for no other address, and not with another token', async () => {
    await affiliate()
    const other = `other-${email}`
    await affiliate(other)
    const link = await createSignInLink(email, '/', db)
    const error = 'http://localhost:3000/sign-in?error=Verification'
    const stolen = link.replace(encodeURIComponent(email), encodeURIComponent(other))
    expect(stolen).not.toBe(link)
    expect((await redeem(db, stolen)).headers.get('location')).toBe(error)
    const guessed = link.replace(/token=[^&]+/, 'token=guessed')
    expect((await redeem(db, guessed)).headers.get('location')).toBe(error)
  })

  it('is over after 24 hours', async () => {
    await affiliate()
    const link = await createSignInLink(email, '/', db)
    const [row] = await db.select().from(verificationTokens).where(eq(verificationTokens.identifier, email))
    const hours = ((row?.expires.getTime() ?? 0) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThanOrEqual(24)
    await db.update(verificationTokens).set({ expires: new Date(Date.now() - 1000) })
    expect((await redeem(db, link)).headers.get('location')).toContain('?error=Verification')
  })

  it('never leads to another site', async () => {
    await affiliate()
    for (const path of ['//evil.example', 'https://evil.example/', '/\\evil.example']) {
      const link = await createSignInLink(email, path, db)
      expect((await redeem(db, link)).headers.get('location')).toBe('http://localhost:3000/')
      const forged = new URL(await createSignInLink(email, '/', db))
      forged.searchParams.set('next', path)
      expect((await redeem(db, forged.href)).headers.get('location')).not.toContain('evil')
    }
  })

  it('does nothing for somebody who lost their place in between', async () => {
    const id = await administrator()
    const link = await createSignInLink(email, '/admin', db)
    await db.update(administrators).set({ disabledAt: new Date() }).where(eq(administrators.id, id))
    const response = await redeem(db, link)
    expect(response.headers.get('location')).toBe('http://localhost:3000/sign-in?error=AccessDenied')
    expect(await db.$count(users, eq(users.email, email))).toBe(0)
  })

  it('is refused for what is no address', async () => {
    await expect(createSignInLink('nobody', '/', db)).rejects.toMatchObject({
      code: 'invalid',
      field: 'email',
    })
  })
})

describe('asking for a link', () => {
  const mailsTo = (recipient: string) => db.select().from(mails).where(eq(mails.recipient, recipient))

  it('mails one to an affiliate, in whatever case they write themselves', async () => {
    const id = await affiliate(email.toUpperCase())
    expect(await sendSignInLink(email, null, db)).toBe('sent')
    const [mail] = await mailsTo(email)
    expect(mail).toMatchObject({ affiliateId: id, sentAt: null })
    const link = /http\S+/.exec(mail?.text ?? '')?.[0] ?? ''
    expect((await redeem(db, link)).headers.get('location')).toBe('http://localhost:3000/portal')
  })

  it('leads an administrator to the console and everybody to the page that was asked for', async () => {
    await administrator()
    await sendSignInLink(email, null, db)
    await sendSignInLink(email, '/admin/events', db)
    const links = (await mailsTo(email)).map(({ text }) => /next=(\S+)/.exec(text)?.[1])
    expect(links).toEqual(['%2Fadmin', '%2Fadmin%2Fevents'])
  })

  it('leaves no trace of an address that nobody knows', async () => {
    expect(await sendSignInLink(email, null, db)).toBe('unknown')
    expect(await sendSignInLink('no address', null, db)).toBe('unknown')
    expect(await mailsTo(email)).toEqual([])
    expect(await db.$count(users, eq(users.email, email))).toBe(0)
    expect(await db.$count(verificationTokens, eq(verificationTokens.identifier, email))).toBe(0)
  })

  it('mails so many an hour to one address, also when all are asked for at once', async () => {
    await affiliate()
    const asked = Array.from({ length: linksAnHour + 3 }, () => sendSignInLink(email, null, db))
    const answers = await Promise.all(asked)
    // An hour may end in between, and then begins anew.
    const sent = answers.filter((answer) => answer === 'sent').length
    expect([linksAnHour, linksAnHour + 3]).toContain(sent)
    expect(await mailsTo(email)).toHaveLength(sent)
    expect(await db.$count(verificationTokens, eq(verificationTokens.identifier, email))).toBe(sent)
  })
})
