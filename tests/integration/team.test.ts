import { and, desc, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  administrators,
  auditEntries,
  connect,
  invitations,
  mails,
  type Connection,
  type Database,
} from '@/db'
import type { Actor, AdministratorRole } from '@/lib/actor'
import { acceptInvitation, findInvitation } from '@/lib/administrators/accept-invitation'
import { changeRole } from '@/lib/administrators/change-role'
import { createAdministrator } from '@/lib/administrators/create-administrator'
import { endSessionsOf } from '@/lib/administrators/end-sessions'
import {
  inviteAdministrator,
  resendInvitation,
  revokeInvitation,
} from '@/lib/administrators/invite-administrator'
import { listInvitations, listSessionsOf, listTeam } from '@/lib/administrators/queries'
import { removeAdministrator } from '@/lib/administrators/remove-administrator'
import { actorOfSession } from '@/lib/auth/actor-of-session'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { newColleague } from '@/tests/support/payouts'
import { redeem, tokenOf } from '@/tests/support/signing-in'

let database: TestDatabase
let connection: Connection
let db: Database
let ada: Extract<Actor, { kind: 'person' }>
let address: string
let people = 0
const days = (n: number) => new Date(Date.now() + n * 86_400_000)

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  connection = connect(database.url, { max: 6 })
  db = connection.db
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})
beforeEach(async () => {
  await db.update(administrators).set({ disabledAt: new Date() }).where(isNull(administrators.disabledAt))
  ada = await newColleague(db, `ada-${++people}`, 'admin')
  address = `guest-${people}@example.com`
})

const idOf = (person: typeof ada): string => person.administrator?.id ?? ''

/** The token of the last letter to an address. */
async function mailedToken(to: string): Promise<string> {
  const [mail] = await db.select().from(mails).where(eq(mails.recipient, to)).orderBy(desc(mails.id)).limit(1)
  return /\/invitation\?token=([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
}
const invite = (role: AdministratorRole = 'finance') => inviteAdministrator(ada, { email: address, role }, db)
const accept = (token: string, at = new Date()) => acceptInvitation(token, at, db)
const roles = async () =>
  Object.fromEntries((await listTeam(ada, new Date(), db)).map(({ email, role }) => [email, role]))

async function signIn(email: string): Promise<string> {
  return tokenOf(await redeem(db, await createSignInLink(email, '/admin', db)))
}

describe('an invitation', () => {
  it('brings somebody into the console with the role that was promised, and is written down', async () => {
    await invite()
    expect(await roles()).not.toHaveProperty(address)
    const token = await mailedToken(address)
    expect(await findInvitation(token, new Date(), db)).toEqual({ email: address, role: 'finance' })
    expect(await accept(token)).toBe(address)
    expect(await roles()).toMatchObject({ [address]: 'finance' })
    const actions = await db
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .orderBy(desc(auditEntries.id))
    expect(actions.slice(0, 2).map(({ action }) => action)).toEqual([
      'invitation.accept',
      'administrator.invite',
    ])
  })

  it('works once, also for several at once', async () => {
    await invite()
    const token = await mailedToken(address)
    const ends = await Promise.allSettled([1, 2, 3].map(() => accept(token)))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(accept(token)).rejects.toMatchObject({ code: 'not_found' })
    expect(await findInvitation(token, new Date(), db)).toBeNull()
  })

  it('is kept so that a copy of the database lets nobody in', async () => {
    await invite()
    const token = await mailedToken(address)
    expect(JSON.stringify(await db.select().from(invitations))).not.toContain(token)
  })

  it.each([
    ['is too old', async () => undefined, days(8)],
    ['was taken back', (id: string) => revokeInvitation(ada, id, db), new Date()],
    ['was sent anew', (id: string) => resendInvitation(ada, id, db), new Date()],
    ['is of somebody who was removed', () => inviterGoes('removed'), new Date()],
    ['is of somebody who may invite no more', () => inviterGoes('demoted'), new Date()],
  ] as const)('is good for nothing once it %s', async (_, happens, at) => {
    const id = await invite()
    const token = await mailedToken(address)
    await happens(id)
    await expect(accept(token, at)).rejects.toMatchObject({ code: 'not_found' })
    expect(await roles().catch(() => ({}))).not.toHaveProperty(address)
  })

  async function inviterGoes(how: 'removed' | 'demoted'): Promise<void> {
    const grace = await newColleague(db, `grace-${people}`, 'admin')
    const [administratorId] = [idOf(ada)]
    if (how === 'removed') await removeAdministrator(grace, administratorId, db)
    else await changeRole(grace, { administratorId, role: 'viewer', seen: 'admin' }, db)
  }

  it('sent anew has a link that works, and is sent ten times at most', async () => {
    const id = await invite()
    for (let n = 0; n < 9; n++) await resendInvitation(ada, id, db)
    await expect(resendInvitation(ada, id, db)).rejects.toMatchObject({ code: 'conflict' })
    expect(await accept(await mailedToken(address))).toBe(address)
  })

  it('stands once for an address, whoever asks at the same time, and again when the first is over', async () => {
    const ends = await Promise.allSettled([invite(), invite('admin')])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(invite()).rejects.toMatchObject({ code: 'conflict', field: 'email' })
    await db
      .update(invitations)
      .set({ expiresAt: days(-1) })
      .where(eq(invitations.email, address))
    expect(await listInvitations(ada, new Date(), db)).toContainEqual(
      expect.objectContaining({ email: address, isExpired: true }),
    )
    await invite('viewer')
    expect(await accept(await mailedToken(address))).toBe(address)
    expect(await roles()).toMatchObject({ [address]: 'viewer' })
    await expect(invite()).rejects.toMatchObject({ code: 'conflict', field: 'email' })
  })

  it('lets who was removed in again, without the second factor from before', async () => {
    const omar = await newColleague(db, `omar-${people}`)
    await removeAdministrator(ada, idOf(omar), db)
    await inviteAdministrator(ada, { email: omar.email, role: 'viewer' }, db)
    await accept(await mailedToken(omar.email))
    const team = await listTeam(ada, new Date(), db)
    expect(team).toContainEqual(
      expect.objectContaining({ id: idOf(omar), role: 'viewer', secondFactorSince: null }),
    )
  })

  it('raises nobody who came in by another way meanwhile', async () => {
    await invite('admin')
    await createAdministrator(ada, { email: address, role: 'viewer' }, { db })
    await accept(await mailedToken(address))
    expect(await roles()).toMatchObject({ [address]: 'viewer' })
  })
})

describe('the team', () => {
  it('is never without an administrator, also when two take each other’s place away at once', async () => {
    const grace = await newColleague(db, `grace-${people}`, 'admin')
    const ends = await Promise.allSettled([
      removeAdministrator(ada, idOf(grace), db),
      changeRole(grace, { administratorId: idOf(ada), role: 'finance', seen: 'admin' }, db),
    ])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const standing = and(eq(administrators.role, 'admin'), isNull(administrators.disabledAt))
    expect(await db.$count(administrators, standing)).toBe(1)
  })

  it.each([
    ['removed', () => removeAdministrator(ada, idOf(ada), db)],
    ['demoted', () => changeRole(ada, { administratorId: idOf(ada), role: 'viewer', seen: 'admin' }, db)],
    [
      'demoted by the command line',
      () => createAdministrator(ada, { email: ada.email, role: 'viewer' }, { db }),
    ],
  ] as const)('keeps its last administrator from being %s', async (_, attempt) => {
    await newColleague(db, `omar-${people}`, 'finance')
    await expect(attempt()).rejects.toMatchObject({ code: 'conflict' })
    expect(await roles()).toMatchObject({ [ada.email]: 'admin' })
  })

  it('tells who decides on an old page that somebody else was faster', async () => {
    const omar = await newColleague(db, `omar-${people}`, 'viewer')
    const change = { administratorId: idOf(omar), role: 'admin', seen: 'finance' } as const
    await expect(changeRole(ada, change, db)).rejects.toMatchObject({ code: 'conflict', field: 'role' })
    await changeRole(ada, { ...change, seen: 'viewer' }, db)
    await changeRole(ada, { ...change, seen: 'viewer' }, db)
    const [entry] = await db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, idOf(omar)))
    expect(entry).toMatchObject({ before: { role: 'viewer' }, after: { role: 'admin' }, actorId: idOf(ada) })
  })

  it('signs out whom it removes, in every browser', async () => {
    const omar = await newColleague(db, `omar-${people}`)
    const tokens = [await signIn(omar.email), await signIn(omar.email)]
    await removeAdministrator(ada, idOf(omar), db)
    for (const token of tokens) expect(await actorOfSession(db, token, new Date())).toBeNull()
    await expect(removeAdministrator(ada, idOf(omar), db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('signs a colleague out in one browser, and not by another’s id', async () => {
    const omar = await newColleague(db, `omar-${people}`)
    const [first, second] = [await signIn(omar.email), await signIn(omar.email)]
    await signIn(ada.email)
    const seen = await listSessionsOf(ada, idOf(omar), new Date(), db)
    expect(seen).toHaveLength(2)
    const [adas] = await listSessionsOf(ada, idOf(ada), new Date(), db)
    const end = (sessionId?: string) => endSessionsOf(ada, { administratorId: idOf(omar), sessionId }, db)
    await expect(end(adas?.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await end(seen[0]?.id)).toBe(1)
    const left = await Promise.all([first, second].map((token) => actorOfSession(db, token, new Date())))
    expect(left.filter((person) => person !== null)).toHaveLength(1)
    expect(await end()).toBe(1)
  })
})
