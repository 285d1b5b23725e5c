import { desc, eq } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  auditEntries,
  connect,
  mails,
  recoveryCodes,
  secondFactors,
  type Connection,
  type Database,
} from '@/db'
import { requireSecondFactor, requireViewer } from '@/lib/actor'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import type { Person } from '@/lib/auth/people'
import {
  beginSecondFactor,
  findSecretToEnrol,
  giveSecondFactor,
  renewRecoveryCodes,
  secondFactorState,
} from '@/lib/auth/second-factor'
import { removeSecondFactor } from '@/lib/auth/remove-second-factor'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { TributaryError } from '@/lib/errors'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { meetBeforeWriting } from '@/tests/support/at-once'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { addAdministrator, redeem, tokenOf } from '@/tests/support/signing-in'

let database: TestDatabase
let connection: Connection
let db: Database
let token: string
let person: Person
let people = 0
const now = new Date()
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  connection = connect(database.url)
  db = connection.db
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})
beforeEach(async () => {
  const email = `colleague-${++people}@example.com`
  await addAdministrator(db, email)
  token = tokenOf(await redeem(db, await createSignInLink(email, '/admin', db)))
  person = await me()
})

function requireSecondFactorOf(who: Person): string | undefined {
  try {
    requireSecondFactor(who, new Date(), 'finance')
  } catch (error) {
    return error instanceof TributaryError ? error.field : String(error)
  }
  return undefined
}

async function me(): Promise<Person> {
  const found = await actorOfSession(db, token, new Date())
  if (!found) throw new Error('nobody is signed in')
  return found
}
const give = (code: string, at = now) => giveSecondFactor(person, { code, sessionToken: token }, at, db)

/** Enrols; answers how the authenticator makes its codes. */
async function authenticator(): Promise<(at: Date) => string> {
  await beginSecondFactor(person, now, db)
  const told = await findSecretToEnrol(person, 'Larkspur', db)
  const totp = new TOTP({ secret: Secret.fromBase32(told?.secret ?? '') })
  return (at) => totp.generate({ timestamp: at.getTime() })
}

describe('a second factor', () => {
  it('counts from its first right code on, which brings recovery codes, and is fresh for five minutes', async () => {
    const codeAt = await authenticator()
    expect(await secondFactorState(person, db)).toBe('begun')
    expect(() => requireSecondFactor(person, now, 'finance')).toThrow()
    expect(await give(codeAt(now))).toHaveLength(10)
    expect(await secondFactorState(person, db)).toBe('confirmed')
    const fresh = await me()
    expect(requireSecondFactor(fresh, later(299), 'finance')).toMatchObject({ ageSeconds: 299 })
    expect(() => requireSecondFactor(fresh, later(300), 'finance')).toThrow('five minutes')
    expect(await findSecretToEnrol(person, 'Larkspur', db)).toBeNull()
    await expect(beginSecondFactor(person, now, db)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('takes each code once, also of several at once', async () => {
    const codeAt = await authenticator()
    await give(codeAt(now))
    await expect(give(codeAt(now))).rejects.toMatchObject({ code: 'invalid', field: 'code' })
    const next = later(60)
    const again = () => give(codeAt(next), next)
    const ends = await meetBeforeWriting(database.superuserUrl, 'second_factors', [again, again, again])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('takes a code of the step before or after, and none of two steps away', async () => {
    const codeAt = await authenticator()
    await expect(give(codeAt(later(-90)))).rejects.toMatchObject({ code: 'invalid' })
    await give(codeAt(later(-30)))
    await give(codeAt(later(30)))
  })

  it('is fresh in the session where it was given, and in no other', async () => {
    const codeAt = await authenticator()
    await give(codeAt(now))
    const other = tokenOf(await redeem(db, await createSignInLink(person.email, '/admin', db)))
    const elsewhere = await actorOfSession(db, other, new Date())
    expect(elsewhere?.secondFactorAt).toBeNull()
  })

  it('is locked for a quarter of an hour by five wrong codes, whatever comes then', async () => {
    const codeAt = await authenticator()
    await give(codeAt(now))
    for (let n = 0; n < 5; n++) await expect(give('12345x')).rejects.toMatchObject({ code: 'invalid' })
    await expect(give(codeAt(later(60)), later(60))).rejects.toMatchObject({ code: 'rate_limited' })
    await give(codeAt(later(960)), later(960))
  })

  it('opens the console in the session where it was given; until then nobody is in it', async () => {
    const codeAt = await authenticator()
    expect(await me()).toMatchObject({ administrator: null, awaiting: { role: 'finance' } })
    expect(() => requireViewer(person)).toThrow()
    await give(codeAt(now))
    const [noted] = await db.select().from(auditEntries).orderBy(desc(auditEntries.id)).limit(1)
    expect(noted).toMatchObject({ action: 'second_factor.enrol', actorId: person.awaiting?.id })
    expect(await me()).toMatchObject({ administrator: { role: 'finance' }, awaiting: null })
    const next = tokenOf(await redeem(db, await createSignInLink(person.email, '/admin', db)))
    expect(await actorOfSession(db, next, new Date())).toMatchObject({ administrator: null })
  })

  it('is given by the sandbox for the people of its demo, and for nobody else; it is never a fresh one', async () => {
    const email = `made-up-${people}@demo.localhost`
    await addAdministrator(db, email)
    const signIn = async (address: string) => {
      const own = tokenOf(await redeem(db, await createSignInLink(address, '/admin', db)))
      return actorOfSession(db, own, new Date())
    }
    expect(await signIn(email)).toMatchObject({ administrator: null })
    await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now })
    const found = await signIn(email)
    expect(found).toMatchObject({ administrator: { role: 'finance' } })
    expect(found && requireSecondFactorOf(found)).toBe('code')
    expect(await signIn(person.email)).toMatchObject({ administrator: null })
  })

  it('has new recovery codes for a right code, and the old ones are worth nothing', async () => {
    const codeAt = await authenticator()
    const [old = ''] = await give(codeAt(now))
    const given = (code: string, at: Date) => ({ code, sessionToken: token, at })
    const renew = ({ at, ...code }: ReturnType<typeof given>) => renewRecoveryCodes(person, code, at, db)
    await expect(renew(given(codeAt(now), now))).rejects.toMatchObject({ field: 'code' })
    const codes = await renew(given(codeAt(later(60)), later(60)))
    expect(codes).toHaveLength(10)
    await expect(give(old)).rejects.toMatchObject({ code: 'invalid' })
    await give(codes[9] ?? '')
  })

  it('gives way to a recovery code, once', async () => {
    const codeAt = await authenticator()
    const [code = ''] = await give(codeAt(now))
    await give(code.toUpperCase())
    await expect(give(code)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('is kept so that a copy of the database gives no codes', async () => {
    await authenticator()
    const told = await findSecretToEnrol(person, 'Larkspur', db)
    const rows = await db.select().from(secondFactors)
    expect(JSON.stringify(rows)).not.toContain(told?.secret)
    expect(JSON.stringify(await db.select().from(recoveryCodes))).not.toMatch(/\w{4}-\w{4}-\w{4}/)
  })

  it('is taken away by another administrator, never by its owner', async () => {
    const codeAt = await authenticator()
    await give(codeAt(now))
    const id = person.awaiting?.id ?? ''
    const admin = { ...person, administrator: { id, role: 'admin' as const } }
    await expect(removeSecondFactor(admin, id, db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(removeSecondFactor(person, id, db)).rejects.toMatchObject({ code: 'forbidden' })
    await removeSecondFactor({ kind: 'system', job: 'test' }, id, db)
    expect(await secondFactorState(person, db)).toBe('none')
    expect(await db.$count(recoveryCodes, eq(recoveryCodes.administratorId, id))).toBe(0)
    expect(await me()).toMatchObject({ administrator: null, awaiting: { id } })
    const [mail] = await db
      .select()
      .from(mails)
      .where(eq(mails.recipient, person.email))
      .orderBy(desc(mails.id))
    expect(mail?.subject).toContain('second factor')
  })
})
