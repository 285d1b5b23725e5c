import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect, mails, programme, type Connection } from '@/db'
import { setEnvironment } from '@/lib/env'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { getSandboxMail, listSandboxMails, showsMail } from '@/lib/mail/queries'
import { mostAttempts, sendDueMails } from '@/lib/mail/send-due-mails'
import { signInCause } from '@/lib/mail/causes'
import { smtpTransport, type MailTransport } from '@/lib/mail/transport'
import { welcomeMail } from '@/lib/mail/welcome-mail'
import type { TestDatabase } from '@/tests/support/database'
import { testDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import type { MailServer } from '@/tests/support/smtp'
import { mailServer } from '@/tests/support/smtp'

let database: TestDatabase
let connection: Connection
let server: MailServer
let transport: MailTransport
const start = new Date()
const after = (seconds: number) => new Date(start.getTime() + 60_000 + seconds * 1000)

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  connection = connect(database.url)
  server = await mailServer()
  transport = smtpTransport(server.url, 'Acme Partners <partners@acme.example>')
})

afterAll(async () => {
  transport.close()
  await server.close()
  await connection.close()
  await database.drop()
})

// As the owner: the application's login may not delete what it wrote.
afterEach(async () => {
  const owner = connect(database.migrateUrl)
  await owner.db.delete(mails)
  await owner.close()
  server.received.length = 0
})

const content = { subject: 'Grüße', text: 'Ein Text.\n.\nmit Punkt', html: '<p>Ein Text.</p>' }

function enqueue(cause: string, recipient = 'ahmet@example.com') {
  return enqueueMail(connection.db, { ...content, recipient, cause, now: start })
}

async function mailOf(cause: string) {
  const [mail] = await connection.db.select().from(mails).where(eq(mails.cause, cause))
  if (!mail) throw new Error(`No mail for ${cause}`)
  return mail
}

describe('the outbox', () => {
  it('keeps one mail a cause', async () => {
    expect(await enqueue('welcome/aff_1')).toBe(true)
    expect(await enqueue('welcome/aff_1')).toBe(false)
    expect(await connection.db.$count(mails)).toBe(1)
  })

  it('forgets a mail whose cause was rolled back', async () => {
    const attempt = connection.db.transaction(async (tx) => {
      await enqueueMail(tx, { ...content, recipient: 'a@example.com', cause: 'welcome/aff_2', now: start })
      throw new Error('the cause failed')
    })
    await expect(attempt).rejects.toThrow('the cause failed')
    expect(await connection.db.$count(mails)).toBe(0)
  })

  it('keeps mail where there is no mail server', async () => {
    await enqueue('welcome/aff_3')
    expect(await sendDueMails(connection.db, null, after(0))).toEqual({ sent: 0, failed: 0 })
    expect((await mailOf('welcome/aff_3')).attempts).toBe(0)
  })

  it('goes at once although the clock of the programme runs ahead', async () => {
    const ahead = new Date(start.getTime() + 200 * 86_400_000)
    await enqueueMail(connection.db, {
      ...content,
      recipient: 'a@example.com',
      cause: 'welcome/aff_4',
      now: ahead,
    })
    expect(await sendDueMails(connection.db, transport, after(0))).toEqual({ sent: 1, failed: 0 })
  })
})

describe('sending', () => {
  it('hands a mail to the mail server whole, and once', async () => {
    const welcome = welcomeMail({
      from: { name: 'Acme', accent: null, logo: null },
      displayName: 'Ahmet',
      code: 'AHMET5',
      discount: '5 %',
      rate: '20 %',
      portalUrl: 'http://localhost:3000/portal',
    })
    await enqueueMail(connection.db, {
      ...welcome,
      recipient: 'ahmet@example.com',
      cause: 'welcome/aff_5',
      now: start,
    })
    expect(await sendDueMails(connection.db, transport, after(0))).toEqual({ sent: 1, failed: 0 })
    expect(await sendDueMails(connection.db, transport, after(9999))).toEqual({ sent: 0, failed: 0 })
    expect(server.received).toHaveLength(1)
    const [mail] = server.received
    expect(mail).toMatchObject({ from: 'partners@acme.example', to: ['ahmet@example.com'] })
    expect(mail?.raw).toContain('Subject: Your code for Acme: AHMET5')
    expect(mail?.raw).toContain('From: Acme Partners <partners@acme.example>')
    expect(mail?.raw).toMatch(/Message-ID: <[0-9a-f]{32}@tributary>/)
    expect(mail?.raw).toContain('Content-Type: text/plain')
    expect(mail?.raw).toContain('Content-Type: text/html')
    expect(await mailOf('welcome/aff_5')).toMatchObject({ sentAt: after(0), error: null, text: welcome.text })
  })

  it('is done once by workers that work at once', async () => {
    for (let n = 0; n < 25; n++) await enqueue(`welcome/aff_many_${n}`)
    const rounds = Array.from({ length: 5 }, () => sendDueMails(connection.db, transport, after(0)))
    const sent = (await Promise.all(rounds)).reduce((sum, round) => sum + round.sent, 0)
    expect(sent).toBe(25)
    expect(server.received).toHaveLength(25)
  })

  it('is tried again later, and later still, where the mail server is busy', async () => {
    await enqueue('welcome/aff_6')
    server.answerNext('RCPT', '451 come back later')
    server.answerNext('RCPT', '451 come back later')
    expect(await sendDueMails(connection.db, transport, after(0))).toEqual({ sent: 0, failed: 1 })
    expect(await mailOf('welcome/aff_6')).toMatchObject({
      attempts: 1,
      nextAttemptAt: after(30),
      sentAt: null,
    })
    expect((await mailOf('welcome/aff_6')).error).toContain('come back later')
    expect(await sendDueMails(connection.db, transport, after(29))).toEqual({ sent: 0, failed: 0 })
    expect(await sendDueMails(connection.db, transport, after(30))).toEqual({ sent: 0, failed: 1 })
    expect(await mailOf('welcome/aff_6')).toMatchObject({ attempts: 2, nextAttemptAt: after(90) })
    expect(await sendDueMails(connection.db, transport, after(90))).toEqual({ sent: 1, failed: 0 })
    expect((await mailOf('welcome/aff_6')).error).toBeNull()
  })

  it('is not tried again where the mail server refuses the mail for good', async () => {
    await enqueue('welcome/aff_7')
    server.answerNext('RCPT', '550 no such person')
    expect(await sendDueMails(connection.db, transport, after(0))).toEqual({ sent: 0, failed: 1 })
    expect((await mailOf('welcome/aff_7')).attempts).toBe(mostAttempts)
    expect(await sendDueMails(connection.db, transport, after(7200))).toEqual({ sent: 0, failed: 0 })
  })

  it('of one mail is not held up by another that fails', async () => {
    await enqueue('welcome/aff_8')
    await enqueue('welcome/aff_9')
    server.answerNext('RCPT', '550 no such person')
    expect(await sendDueMails(connection.db, transport, after(0))).toEqual({ sent: 1, failed: 1 })
  })

  it('is left to the lease where a worker dies in between', async () => {
    await enqueue('welcome/aff_10')
    const dying: MailTransport = { send: () => new Promise(() => undefined), close: () => undefined }
    void sendDueMails(connection.db, dying, after(0))
    await expect.poll(async () => (await mailOf('welcome/aff_10')).attempts).toBe(1)
    expect(await sendDueMails(connection.db, transport, after(119))).toEqual({ sent: 0, failed: 0 })
    expect(await sendDueMails(connection.db, transport, after(120))).toEqual({ sent: 1, failed: 0 })
  })

  it('does not empty years of outbox into a mail server that is set up late', async () => {
    await enqueue('welcome/aff_11')
    expect(await sendDueMails(connection.db, transport, after(4 * 86_400))).toEqual({ sent: 0, failed: 0 })
  })

  it('takes the link out of a sign-in mail once it is sent', async () => {
    const cause = signInCause('abc', 1, 0)
    await enqueue(cause)
    await sendDueMails(connection.db, transport, after(0))
    expect(server.received[0]?.raw).toContain('Ein Text.')
    expect(await mailOf(cause)).toMatchObject({
      text: 'The link was taken out once it had been sent.',
      html: '',
    })
  })
})

describe('mail shown on screen', () => {
  afterEach(() => setEnvironment({ STRIPE_SECRET_KEY: 'sk_test_tests', BOOKS_MODE: 'sandbox' }))

  it('is shown on sandbox books, newest first and by pages, and on no others', async () => {
    const { db } = connection
    for (let n = 1; n <= 3; n++) await enqueue(`welcome/aff_shown_${n}`)
    await expect(listSandboxMails({ limit: 2 }, db)).rejects.toMatchObject({ code: 'not_found' })
    await db.insert(programme).values({ name: 'Acme', booksMode: 'sandbox', startedAt: start })
    const first = await listSandboxMails({ limit: 2 }, db)
    expect(first.mails.map(({ cause }) => cause)).toEqual(['welcome/aff_shown_3', 'welcome/aff_shown_2'])
    const second = await listSandboxMails({ limit: 2, before: first.nextBefore ?? undefined }, db)
    expect(second.mails.map(({ cause }) => cause)).toEqual(['welcome/aff_shown_1'])
    expect(second.nextBefore).toBeNull()
    expect(await getSandboxMail(first.mails[0]?.id ?? 0, db)).toMatchObject({ text: content.text })
    await expect(getSandboxMail(Number.NaN, db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is not shown once the process or the books are for real money', async () => {
    const { db } = connection
    setEnvironment({ BOOKS_MODE: 'test' })
    expect(await showsMail(db)).toBe(false)
    setEnvironment({ BOOKS_MODE: 'sandbox' })
    expect(await showsMail(db)).toBe(true)
    await db.update(programme).set({ booksMode: 'live' })
    expect(await showsMail(db)).toBe(false)
    await expect(listSandboxMails({ limit: 2 }, db)).rejects.toMatchObject({ code: 'not_found' })
  })
})
