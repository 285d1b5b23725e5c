import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, reservedWords } from '@/db'
import type { Actor } from '@/lib/actor'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { getHandleAvailability } from '@/lib/affiliates/queries'
import { signUpAffiliate, visitor } from '@/lib/affiliates/sign-up-affiliate'
import { releaseWord } from '@/lib/codes/release-word'
import { reserveWord } from '@/lib/codes/reserve-word'
import { listReservedWords } from '@/lib/codes/reserved-words'
import { openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const reserve = (word: string, anywhere = false, actor = admin) =>
  reserveWord(actor, { word, anywhere, reason: 'our brand' }, books.db)
const problem = async (handle: string) => {
  const wanted = { handle, displayName: 'Larkspur Fan' }
  return (await getHandleAvailability(wanted, { db: books.db, stripe: books.stripe })).message
}

describe('a reserved word', () => {
  it.each([
    ['as a handle', 'Larkspur', false, 'LARKSPUR', true],
    ['whatever its marks and hyphens', 'lárk-spur', false, 'larkspur', true],
    ['as the code that a handle would give', 'zoe5', false, 'Zoe', true],
    ['as a whole word only', 'Larkspur', false, 'LarkspurFan', false],
    ['inside other words, where that is said', 'Larkspur', true, 'MyLarkspurFan', true],
  ])('is not given away at sign-up %s', async (_, word, anywhere, handle, kept) => {
    await reserve(word, anywhere)
    const said = await problem(handle)
    expect(said === null).toBe(!kept)
    if (kept) expect(said).toMatch(/cannot be had/)
    expect(said ?? '').not.toContain('our brand')
  })

  it('is refused where somebody signs up with it, and never offered instead', async () => {
    await reserve('LarkspurF')
    await reserve('Larkspur')
    const input = {
      handle: 'larkspur',
      displayName: 'Larkspur Fan',
      email: 'fan@example.com',
      consentedTermsId: 1,
    }
    const result = await signUpAffiliate(visitor, input, { db: books.db, stripe: books.stripe })
    expect(result).toMatchObject({
      kind: 'invalid',
      fieldErrors: { handle: expect.stringContaining('cannot be had') },
    })
    expect(result.kind === 'invalid' ? result.suggestions : []).not.toContain('LarkspurF')
  })

  it('can still be given to whom an administrator likes', async () => {
    await reserve('Larkspur')
    const person = { handle: 'Larkspur', displayName: 'The founder', email: 'founder@example.com' }
    const options = { db: books.db, stripe: books.stripe }
    expect(await createAffiliate(admin, person, options)).toMatchObject({ code: 'LARKSPUR5' })
  })

  it('is kept once, released once, and both are written down', async () => {
    await reserve('Larkspur')
    await expect(reserve('LARKSPUR')).rejects.toMatchObject({ code: 'conflict', field: 'word' })
    const both = await Promise.allSettled([reserve('Other'), reserve('Other')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await releaseWord(admin, 'OTHER', books.db)
    await expect(releaseWord(admin, 'OTHER', books.db)).rejects.toMatchObject({ code: 'not_found' })
    const { words } = await listReservedWords(reader, { limit: 10 }, books.db)
    expect(words).toMatchObject([{ word: 'LARKSPUR', reason: 'our brand' }])
    const deeds = (await books.db.select().from(auditEntries)).map(({ action }) => action)
    expect(deeds.filter((deed) => deed.startsWith('word.'))).toEqual([
      'word.reserve',
      'word.reserve',
      'word.release',
    ])
  })

  it('is not for who may only look, must be a word, and leaves nothing where it fails', async () => {
    await expect(reserve('Larkspur', false, reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(releaseWord(reader, 'X', books.db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(reserve('--')).rejects.toMatchObject({ field: 'word' })
    await expect(reserve('ab', true)).rejects.toMatchObject({ field: 'word' })
    await reserve('Stays')
    await refuseAudit(books.database)
    await expect(reserve('Larkspur')).rejects.toThrow()
    await expect(releaseWord(admin, 'STAYS', books.db)).rejects.toThrow()
    expect(await books.db.$count(reservedWords)).toBe(1)
  })
})
