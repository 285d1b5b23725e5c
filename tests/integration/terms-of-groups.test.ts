import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliateGroups, auditEntries, commissions, terms } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import { previewTerms } from '@/lib/intake/preview-terms'
import { createGroup } from '@/lib/programme/create-group'
import { getGroup, getTermsOfScope, listGroups } from '@/lib/programme/terms-queries'
import { setTerms } from '@/lib/programme/set-terms'
import { buy, deliverAll, digestOf, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const viewer: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
const monthly = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const
const now = new Date('2026-01-31T09:00:00Z')
const at = () => ({ db: books.db, now })
const ofProgramme = { affiliateId: null, groupId: null }

async function commissionOf(paymentId: string): Promise<bigint | undefined> {
  const rows = await books.db.select().from(commissions)
  return rows.find((row) => row.paymentId === paymentId)?.commissionMinor
}

describe('a group', () => {
  it('gives its terms to who is in it, from the day on; an own rate beats them', async () => {
    const { groupId } = await createGroup(admin, { name: ' Launch  partners ' }, at())
    await setTerms(admin, { values: { rateBps: 3000 }, affiliateId: null, groupId }, at())
    await setTerms(admin, { values: { group: groupId }, from: '2026-03-01', affiliateId: books.ahmet }, at())
    const { paymentId: before } = await buy(books.stripe, monthly)
    await books.sandbox.advance(30 * 86_400)
    const { paymentId: within } = await buy(books.stripe, monthly)
    const later = new Date('2026-03-02T12:00:00Z')
    const own = { values: { rateBps: 1000 }, affiliateId: books.ahmet }
    await setTerms(admin, own, { db: books.db, now: later })
    await books.sandbox.advance(86_400)
    const { paymentId: after } = await buy(books.stripe, monthly)
    await deliverAll(books)
    expect(await commissionOf(before)).toBe(480n)
    expect(await commissionOf(within)).toBe(720n)
    expect(await commissionOf(after)).toBe(240n)
  })

  it('is listed with its members and what it has of its own', async () => {
    const { groupId } = await createGroup(admin, { name: 'Agencies' }, at())
    await setTerms(admin, { values: { holdDays: 7 }, affiliateId: null, groupId }, at())
    await setTerms(admin, { values: { group: groupId }, affiliateId: books.ahmet }, at())
    const [group] = await listGroups(viewer, books.db)
    expect(group).toMatchObject({ id: groupId, name: 'Agencies', members: 1, values: { holdDays: 7 } })
    expect((await getGroup(viewer, groupId, books.db)).members).toEqual([
      { id: books.ahmet, displayName: 'Ahmet Yılmaz' },
    ])
    const scope = { affiliateId: null, groupId }
    expect((await getTermsOfScope(viewer, scope, books.db)).inForce).toMatchObject({
      holdDays: 7,
      rateBps: 2000,
    })
    await expect(getGroup(viewer, 'grp_nobody', books.db)).rejects.toThrow('no such group')
  })

  it('is refused to who may not, without a name, and a second time under the same name', async () => {
    await expect(createGroup(viewer, { name: 'A' }, at())).rejects.toThrow('needs the role admin')
    await expect(createGroup(admin, { name: ' ' }, at())).rejects.toMatchObject({ field: 'name' })
    await createGroup(admin, { name: 'Agencies' }, at())
    await expect(createGroup(admin, { name: 'agencies' }, at())).rejects.toMatchObject({ code: 'conflict' })
    await refuseAudit(books.database)
    await expect(createGroup(admin, { name: 'Others' }, at())).rejects.toThrow()
    expect(await books.db.$count(affiliateGroups)).toBe(1)
  })

  it('that does not exist takes nobody in, and has no terms', async () => {
    const into = { values: { group: 'grp_nobody' }, affiliateId: books.ahmet }
    await expect(setTerms(admin, into, at())).rejects.toMatchObject({ code: 'not_found', field: 'group' })
    const its = { values: { rateBps: 1 }, affiliateId: null, groupId: 'grp_nobody' }
    await expect(setTerms(admin, its, at())).rejects.toMatchObject({ code: 'not_found' })
    const programme = { values: { rateBps: undefined }, affiliateId: null }
    await expect(setTerms(admin, programme, at())).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('terms that somebody else changed since they were seen', () => {
  it('are not overruled unseen', async () => {
    const { lastId } = await getTermsOfScope(admin, ofProgramme, books.db)
    const change = { values: { rateBps: 2500 }, affiliateId: null, basedOn: lastId, reason: 'a better offer' }
    await setTerms(admin, change, at())
    const again = { ...change, values: { rateBps: 1000 } }
    await expect(setTerms(admin, again, at())).rejects.toMatchObject({ code: 'conflict' })
    expect(await books.db.$count(terms)).toBe(2)
    const entries = await books.db.select().from(auditEntries)
    expect(entries.find(({ action }) => action === 'terms.set')).toMatchObject({
      reason: 'a better offer',
      before: { rateBps: 2000 },
      after: { rateBps: 2500 },
    })
    const { versions } = await getTermsOfScope(viewer, ofProgramme, books.db)
    expect(versions[0]).toMatchObject({ reason: 'a better offer', former: { rateBps: 2000 } })
  })

  it('and an own rate that is taken back is the one above again, also where a later change is scheduled', async () => {
    const affiliateId = books.ahmet
    await setTerms(admin, { values: { rateBps: 3000 }, affiliateId }, at())
    await setTerms(admin, { values: { holdDays: 7 }, from: '2026-06-01', affiliateId }, at())
    await setTerms(admin, { values: { rateBps: undefined }, affiliateId }, at())
    const { versions } = await getTermsOfScope(admin, { affiliateId, groupId: null }, books.db)
    expect(versions.map(({ values }) => values)).toEqual([
      { holdDays: 7 },
      { rateBps: 3000, holdDays: 7 },
      {},
      { rateBps: 3000 },
    ])
  })
})

describe('what terms would have changed in the last ninety days', () => {
  const look = (values: Parameters<typeof previewTerms>[1]['values'], affiliateId: string | null = null) =>
    previewTerms(admin, { values, affiliateId }, { db: books.db, now: new Date('2026-03-20T00:00:00Z') })

  beforeEach(async () => {
    const berta = { handle: 'Berta', displayName: 'Berta', email: 'berta@example.org' }
    await newAffiliate(books.db, books.stripe, berta)
    await buy(books.stripe, monthly)
    await buy(books.stripe, { amount: 29_000, interval: 'year', code: 'BERTA5', fee: 829 })
    await deliverAll(books)
  })

  it('is told in money by currency and affiliate, and nothing is changed', async () => {
    const digest = await digestOf(books.db)
    const seen = await look({ rateBps: 2500, holdDays: 60 })
    expect(seen).toMatchObject({ since: '2025-12-20', on: '2026-03-20', payments: 2, complete: true })
    expect(seen.totals).toEqual([
      {
        currency: 'usd',
        earnedBeforeMinor: 5824n,
        earnedAfterMinor: 7280n,
        heldBeforeMinor: 0n,
        heldAfterMinor: 0n,
        payableBeforeMinor: 926n,
        payableAfterMinor: 0n,
      },
    ])
    expect(
      seen.consequences.map(({ affiliateName, earnedAfterMinor }) => [affiliateName, earnedAfterMinor]),
    ).toEqual([
      ['Berta', 6680n],
      ['Ahmet Yılmaz', 600n],
    ])
    expect(await digestOf(books.db)).toBe(digest)
    expect(await books.db.$count(terms)).toBe(1)
  })

  it('for one affiliate is of theirs alone, and an own rate is not touched by the programme’s', async () => {
    const seen = await look({ rateBps: 4000 }, books.ahmet)
    expect(seen.consequences).toMatchObject([{ affiliateId: books.ahmet, earnedAfterMinor: 960n }])
    await setTerms(
      admin,
      { values: { rateBps: 2000 }, affiliateId: books.ahmet },
      { db: books.db, now: new Date('2025-12-01T00:00:00Z') },
    )
    expect((await look({ rateBps: 4000 })).consequences.map(({ affiliateName }) => affiliateName)).toEqual([
      'Berta',
    ])
  })

  it('counts what rules would have held, and says where it looked at some only', async () => {
    await buy(books.stripe, { ...monthly, buyer: { email: 'somebody@mailinator.com' } })
    await deliverAll(books)
    await drain(books.db, books.stripe, 30_000)
    const anomalies = { disposable_email: { action: 'notice' as const, threshold: null } }
    expect((await look({ anomalies })).consequences).toMatchObject([
      { heldBeforeMinor: 480n, heldAfterMinor: 0n, earnedBeforeMinor: 480n, earnedAfterMinor: 960n },
    ])
    const some = await previewTerms(
      admin,
      { values: { rateBps: 0 }, affiliateId: null },
      { db: books.db, now: new Date('2026-03-20T00:00:00Z'), most: 1 },
    )
    expect(some).toMatchObject({ payments: 1, complete: false })
  })

  it('is shown to the console alone', async () => {
    const stranger: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'x@example.com',
      administrator: null,
      affiliateId: null,
    }
    const asked = previewTerms(stranger, { values: { rateBps: 0 }, affiliateId: null }, { db: books.db })
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
  })
})
