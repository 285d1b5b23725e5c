import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, commissions, customers, evidence } from '@/db'
import type { Actor } from '@/lib/actor'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { findAttribution } from '@/lib/attribution/queries'
import { drain } from '@/lib/intake/drain'
import { countSettlingAnew } from '@/lib/intake/settling-anew'
import { buy, deliverAll, digestOf, newAffiliate, openBooks, type Books } from '@/tests/support/books'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 30_000)

async function customerWithoutCode(): Promise<string> {
  const { customerId } = await buy(books.stripe, { amount: 2900, interval: 'month' })
  await deliverAll(books)
  return customerId ?? ''
}

describe('an administrator’s word', () => {
  it('gives a customer to an affiliate from the first payment on, and settles the past', async () => {
    const customerId = await customerWithoutCode()
    await attributeByHand(
      admin,
      { customerId, affiliateId: books.ahmet, reason: 'said so on the phone' },
      books.db,
    )
    expect(await countSettlingAnew(reader, books.db)).toBe(1)
    await settle()
    expect(await countSettlingAnew(reader, books.db)).toBe(0)
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({
      status: 'settled',
      affiliateId: books.ahmet,
      matchedBy: 'administrator',
    })
    const attribution = await findAttribution(admin, customerId, books.db)
    expect(attribution).toMatchObject({ affiliateId: books.ahmet, matchedBy: 'administrator', conflicts: [] })
    const entries = await books.db.select().from(auditEntries)
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'attribution.by_hand',
        subjectId: customerId,
        reason: 'said so on the phone',
      }),
    )
  })

  it('beats a code, takes the lines from the first affiliate, and a later word beats it', async () => {
    const { customerId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    await deliverAll(books)
    const before = await digestOf(books.db)
    const zoe = await newAffiliate(books.db, books.stripe, {
      handle: 'Zoe',
      displayName: 'Zoë',
      email: 'zoe@example.com',
    })
    const word = { customerId: customerId ?? '', reason: 'typed the wrong code' }
    await attributeByHand(admin, { ...word, affiliateId: zoe }, books.db)
    await settle()
    const [moved] = await books.db.select().from(commissions)
    expect(moved).toMatchObject({ affiliateId: zoe, commissionMinor: 480n })
    expect((await findAttribution(admin, word.customerId, books.db))?.conflicts).toEqual([
      expect.objectContaining({ affiliateId: books.ahmet }),
      expect.objectContaining({ affiliateId: books.ahmet }),
      expect.objectContaining({ affiliateId: books.ahmet }),
    ])
    await attributeByHand(admin, { ...word, affiliateId: books.ahmet }, books.db)
    await settle()
    expect(await digestOf(books.db)).toBe(before)
  })

  it('counts from the day that it names', async () => {
    const customerId = await customerWithoutCode()
    const word = { customerId, affiliateId: books.ahmet, reason: 'from March on' }
    await attributeByHand(admin, { ...word, since: '2026-03-01' }, books.db)
    await settle()
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({ status: 'not_earning', commissionMinor: 0n })
  })

  it('at once from two administrators leaves one answer', async () => {
    const customerId = await customerWithoutCode()
    const zoe = await newAffiliate(books.db, books.stripe, {
      handle: 'Zoe',
      displayName: 'Zoë',
      email: 'zoe@example.com',
    })
    await Promise.all(
      [books.ahmet, zoe].map((affiliateId) =>
        attributeByHand(admin, { customerId, affiliateId, reason: 'mine' }, books.db),
      ),
    )
    await settle()
    const [customer] = await books.db.select().from(customers)
    const [commission] = await books.db.select().from(commissions)
    expect(commission?.affiliateId).toBe(customer?.affiliateId)
  })

  it('does not overrule another that it has not seen', async () => {
    const customerId = await customerWithoutCode()
    const seen = (await findAttribution(admin, customerId, books.db))?.standing
    const word = { customerId, reason: 'They said so', seen }
    await attributeByHand(admin, { ...word, affiliateId: books.ahmet, since: '2026-01-01' }, books.db)
    const later = attributeByHand(admin, { ...word, affiliateId: books.ahmet, since: '2026-01-02' }, books.db)
    await expect(later).rejects.toMatchObject({ code: 'conflict' })
    const again = (await findAttribution(admin, customerId, books.db))?.standing
    await attributeByHand(admin, { ...word, affiliateId: books.ahmet, seen: again }, books.db)
  })

  it('gives a guest’s one payment to an affiliate, and does not overrule another unseen', async () => {
    const { paymentId, customerId } = await buy(books.stripe, { amount: 2900 })
    await deliverAll(books)
    expect(customerId).toBeNull()
    const first = await findAttribution(admin, paymentId, books.db)
    expect(first).toMatchObject({ isGuest: true, affiliateId: null, evidence: [] })
    const word = { customerId: paymentId, affiliateId: books.ahmet, reason: 'asked me in the shop' }
    await attributeByHand(admin, { ...word, seen: first?.standing }, books.db)
    await settle()
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({ status: 'settled', affiliateId: books.ahmet, customerId: null })
    const now = await findAttribution(admin, paymentId, books.db)
    expect(now).toMatchObject({ isGuest: true, affiliateId: books.ahmet, matchedBy: 'administrator' })
    const stale = attributeByHand(admin, { ...word, seen: first?.standing }, books.db)
    await expect(stale).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is refused for a payment that a customer made: the word is about them', async () => {
    await customerWithoutCode()
    const [payment] = await books.db.select().from(commissions)
    const word = { customerId: payment?.paymentId ?? '', affiliateId: books.ahmet, reason: 'x' }
    await expect(attributeByHand(admin, word, books.db)).rejects.toMatchObject({ field: 'customerId' })
  })

  it('is refused to a reading key and for a customer or an affiliate never heard of, and leaves nothing', async () => {
    const customerId = await customerWithoutCode()
    const word = { customerId, affiliateId: books.ahmet, reason: 'x' }
    await expect(attributeByHand(reader, word, books.db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attributeByHand(admin, { ...word, customerId: 'cus_x' }, books.db)).rejects.toMatchObject({
      field: 'customerId',
    })
    await expect(attributeByHand(admin, { ...word, affiliateId: 'aff_x' }, books.db)).rejects.toMatchObject({
      field: 'affiliateId',
    })
    expect(await books.db.select().from(evidence)).toEqual([])
  })
})
