import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrators, connect, sessions, users, type Connection, type Database } from '@/db'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import { endOtherSessions, endSession, listSessions } from '@/lib/auth/sessions'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { log } from '@/lib/log'
import type { TestDatabase } from '@/tests/support/database'
import { testDatabase } from '@/tests/support/database'
import { addAdministrator, addAffiliate, redeem, tokenOf } from '@/tests/support/signing-in'
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

async function signedIn(): Promise<string> {
  return tokenOf(await redeem(db, await createSignInLink(email, '/portal', db)))
}

describe('a session', () => {
  it('is stored as a digest of its token', async () => {
    await affiliate()
    const token = await signedIn()
    expect(await db.$count(sessions, eq(sessions.sessionToken, token))).toBe(0)
    expect(await actorOfSession(db, token, new Date())).toMatchObject({ kind: 'person', email })
  })

  it('says what its person may do now, not when they signed in', async () => {
    const id = await administrator()
    const token = await signedIn()
    await db.update(administrators).set({ role: 'viewer' }).where(eq(administrators.id, id))
    expect(await actorOfSession(db, token, new Date())).toMatchObject({ awaiting: { role: 'viewer' } })
    await db.update(administrators).set({ disabledAt: new Date() }).where(eq(administrators.id, id))
    expect(await actorOfSession(db, token, new Date())).toMatchObject({
      administrator: null,
      awaiting: null,
      affiliateId: null,
    })
  })

  it('joins console and portal where one address is in both', async () => {
    const administratorId = await administrator()
    const affiliateId = await affiliate()
    const person = await actorOfSession(db, await signedIn(), new Date())
    expect(person).toMatchObject({ awaiting: { id: administratorId }, affiliateId })
  })

  it('is nobody with a token that was guessed or is the stored digest', async () => {
    await affiliate()
    const token = await signedIn()
    const [row] = await db
      .select({ stored: sessions.sessionToken })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(users.email, email))
    expect(await actorOfSession(db, `${token}x`, new Date())).toBeNull()
    expect(await actorOfSession(db, row?.stored ?? '', new Date())).toBeNull()
  })

  it('lasts thirty days from its last use', async () => {
    await affiliate()
    const token = await signedIn()
    const day = (n: number) => new Date(Date.now() + n * 86_400_000)
    expect(await actorOfSession(db, token, day(29))).not.toBeNull()
    expect(await actorOfSession(db, token, day(58))).not.toBeNull()
    expect(await actorOfSession(db, token, day(89))).toBeNull()
  })

  it('is replaced by signing in again in the same browser', async () => {
    await affiliate()
    const first = await signedIn()
    const response = await redeem(db, await createSignInLink(email, '/', db), first)
    expect(await actorOfSession(db, tokenOf(response), new Date())).toMatchObject({ email })
    expect(await actorOfSession(db, first, new Date())).toBeNull()
  })

  it('ends with signing in as somebody else in the same browser', async () => {
    await affiliate()
    const first = await signedIn()
    const other = `second-${email}`
    await affiliate(other)
    const response = await redeem(db, await createSignInLink(other, '/', db), first)
    expect(await actorOfSession(db, tokenOf(response), new Date())).toMatchObject({ email: other })
    expect(await actorOfSession(db, first, new Date())).toBeNull()
  })

  it('can be seen and ended by its own person, and by nobody else', async () => {
    await affiliate()
    const tokens = [await signedIn(), await signedIn(), await signedIn()]
    const [here = '', there = '', elsewhere = ''] = tokens
    const now = new Date()
    const person = await actorOfSession(db, here, now)
    if (!person) throw new Error('not signed in')
    const listed = await listSessions(person, here, now, db)
    expect(listed).toHaveLength(3)
    expect(listed.filter(({ current }) => current)).toHaveLength(1)
    const stranger = { ...person, userId: 'another' }
    const [victim] = listed.filter(({ current }) => !current)
    await expect(endSession(stranger, victim?.id ?? '', db)).rejects.toMatchObject({ code: 'not_found' })
    await endSession(person, victim?.id ?? '', db)
    await expect(endSession(person, victim?.id ?? '', db)).rejects.toMatchObject({ code: 'not_found' })
    expect(await endOtherSessions(person, here, db)).toBe(1)
    expect(await actorOfSession(db, here, now)).not.toBeNull()
    expect(await actorOfSession(db, there, now)).toBeNull()
    expect(await actorOfSession(db, elsewhere, now)).toBeNull()
  })
})
