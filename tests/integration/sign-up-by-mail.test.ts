import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { affiliates, codes, connect, mails, signUps, type Connection, type Database } from '@/db'
import { confirmSignUp } from '@/lib/affiliates/confirm-sign-up'
import { signUpAffiliate, visitor } from '@/lib/affiliates/sign-up-affiliate'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import { sendSignInLink } from '@/lib/auth/send-sign-in-link'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { getTerms } from '@/lib/programme/queries'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { addAffiliate, redeem, tokenOf } from '@/tests/support/signing-in'

let database: TestDatabase
let connection: Connection
let db: Database

// Stripe is silent: what is taken there is found out when the code is made.
const stripe = new Stripe('sk_test_tests', {
  httpClient: Stripe.createFetchHttpClient(() => Promise.reject(new TypeError('fetch failed'))),
  maxNetworkRetries: 0,
  telemetry: false,
})

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  connection = connect(database.url)
  db = connection.db
  await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now: new Date() })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

async function signUp(handle: string, email: string) {
  const { termsId } = await getTerms(db)
  const person = { displayName: handle, handle, email, consentedTermsId: termsId }
  return signUpAffiliate(visitor, person, { db, stripe })
}

async function mailsTo(address: string) {
  return (await db.select().from(mails)).filter(({ recipient }) => recipient === address)
}

const linkIn = (text = '') => /http\S+sign-in\/confirm\S+/.exec(text)?.[0] ?? ''

describe('a sign-up', () => {
  it('is confirmed by the link in the mail, which signs in to the portal of a new affiliate', async () => {
    await signUp('Nele', 'nele@example.com')
    expect(await db.select().from(affiliates)).toEqual([])
    expect(await sendSignInLink('nele@example.com', '/portal', db, 'join')).toBe('sent')
    const [mail] = await mailsTo('nele@example.com')
    expect(mail?.subject).toContain('Confirm your address')
    const response = await redeem(db, linkIn(mail?.text))
    expect(response.headers.get('location')).toBe('http://localhost:3000/portal')
    const person = await actorOfSession(db, tokenOf(response), new Date())
    expect(person?.affiliateId).toMatch(/^aff_/)
    expect(await db.select().from(codes)).toMatchObject([{ code: 'NELE5', affiliateId: person?.affiliateId }])
    expect(await db.select().from(signUps)).toEqual([])
  })

  it('with a known address changes nothing; its owner alone reads that they have a code already', async () => {
    const id = await addAffiliate(db, 'known@example.com')
    expect(await signUp('Other', 'known@example.com')).toEqual({ kind: 'asked', email: 'known@example.com' })
    expect(await sendSignInLink('known@example.com', '/portal', db, 'join')).toBe('sent')
    const [mail] = await mailsTo('known@example.com')
    expect(mail?.text).toContain('You have one already')
    const response = await redeem(db, linkIn(mail?.text))
    expect((await actorOfSession(db, tokenOf(response), new Date()))?.affiliateId).toBe(id)
    expect(await db.select().from(affiliates)).toHaveLength(2)
  })

  it('writes the same for a known address and a new one', async () => {
    await addAffiliate(db, 'one@example.com')
    await signUp('One', 'one@example.com')
    await signUp('Two', 'two@example.com')
    const rows = await db.select().from(signUps)
    const [one, two] = ['One', 'Two'].map((handle) => rows.find((row) => row.handle === handle))
    const shape = (row: object | undefined) =>
      Object.entries(row ?? {}).map(([key, value]) => [key, typeof value])
    expect(shape(one)).toEqual(shape(two))
    // Nobody may be told by a handle that came free, or that did not.
    for (const handle of ['One', 'Two'])
      expect(await signUp(handle, 'third@example.com')).toMatchObject({ kind: 'invalid' })
  })

  it('is forgotten when nobody confirms it for a day, and its handle is free again', async () => {
    await signUp('Late', 'late@example.com')
    expect(await signUp('Late', 'other@example.com')).toMatchObject({ kind: 'invalid' })
    await db.update(signUps).set({ expiresAt: new Date() })
    expect(await confirmSignUp({ kind: 'system', job: 'sign-in' }, 'late@example.com', { db })).toBeNull()
    expect(await signUp('Late', 'other@example.com')).toMatchObject({ kind: 'asked' })
    expect(await db.select({ email: signUps.email }).from(signUps)).toEqual([{ email: 'other@example.com' }])
  })
})
