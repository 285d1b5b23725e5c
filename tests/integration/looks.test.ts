import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, programmeLogos } from '@/db'
import type { Actor } from '@/lib/actor'
import { changeLooks, type NewLooks } from '@/lib/programme/change-looks'
import { findProgramme } from '@/lib/programme/figures'
import { findLogo, getLooks } from '@/lib/programme/looks-queries'
import { listUpcomingTerms, listUpcomingTermsOf } from '@/lib/programme/queries'
import { setTerms } from '@/lib/programme/set-terms'
import { openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'
import { pngOf } from '@/tests/support/png'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const viewer: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
const logo = pngOf(64, 32)

async function change(input: Partial<NewLooks>, actor: Actor = admin): Promise<void> {
  const seen = await getLooks(admin, books.db)
  await changeLooks(actor, { ...seen, ...input }, { db: books.db })
}

describe('how the programme looks', () => {
  it('is its name, colour and picture, with what stood before in the audit log', async () => {
    await change({ name: ' Lark  spur ', accent: '#0b5c70', logo })
    expect(await getLooks(viewer, books.db)).toMatchObject({ name: 'Lark spur', accent: '#0b5c70' })
    const facts = await findProgramme(books.db)
    expect(facts?.accentStyle).toContain('--accent:#0b5c70')
    const found = await findLogo(facts?.logoId ?? 0, books.db)
    expect(found).toMatchObject({ mediaType: 'image/png' })
    expect(found?.picture.equals(logo)).toBe(true)
    await change({ accent: null, logo: null })
    expect(await findProgramme(books.db)).toMatchObject({ accentStyle: null, logoId: null })
    const entries = (await books.db.select().from(auditEntries)).filter(
      ({ action }) => action === 'programme.looks',
    )
    expect(entries[1]).toMatchObject({ before: { accent: '#0b5c70' }, after: { accent: null, logoId: null } })
  })

  it('is not overruled unseen', async () => {
    const { seen } = await getLooks(admin, books.db)
    await change({ name: 'Larkspur' })
    await expect(change({ name: 'Another', seen })).rejects.toMatchObject({ code: 'conflict' })
    expect(await getLooks(admin, books.db)).toMatchObject({ name: 'Larkspur' })
  })

  it.each([
    ['name', { name: ' ' }],
    ['accent', { accent: 'red;}' }],
    ['logo', { logo: Buffer.from('<svg onload="alert(1)"/>') }],
    ['logo', { logo: pngOf(8, 64) }],
    ['logo', { logo: Buffer.concat([logo, Buffer.alloc(300_000)]) }],
  ])('is refused with a %s that cannot be', async (field, input) => {
    await expect(change(input)).rejects.toMatchObject({ code: 'invalid', field })
    expect(await books.db.$count(programmeLogos)).toBe(0)
  })

  it('is changed by administrators alone, whole or not at all', async () => {
    await expect(change({ name: 'X' }, viewer)).rejects.toMatchObject({ code: 'forbidden' })
    await refuseAudit(books.database)
    await expect(change({ name: 'X', logo })).rejects.toThrow()
    expect(await books.db.$count(programmeLogos)).toBe(0)
  })
})

describe('terms that are to come', () => {
  it('are announced to everybody, an affiliate’s own to them', async () => {
    const at = { db: books.db }
    await setTerms(admin, { values: { rateBps: 2500 }, from: '2099-01-01', affiliateId: null }, at)
    await setTerms(admin, { values: { rateBps: 3000 }, from: '2098-01-01', affiliateId: books.ahmet }, at)
    const told = (all: Awaited<ReturnType<typeof listUpcomingTerms>>) =>
      all.map(({ from, before, after }) => [from.getUTCFullYear(), before.rateBps, after.rateBps])
    expect(told(await listUpcomingTerms(books.db))).toEqual([[2099, 2000, 2500]])
    expect(told(await listUpcomingTermsOf(admin, books.ahmet, books.db))).toEqual([
      [2098, 2000, 3000],
      [2099, 3000, 3000],
    ])
  })
})
