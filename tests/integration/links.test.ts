import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  affiliates,
  auditEntries,
  codes,
  commissions,
  connect,
  customers,
  evidence,
  linkDays,
  links,
  visitors,
  visitSalts,
  type Connection,
} from '@/db'
import type { Actor } from '@/lib/actor'
import { allowLandingPage } from '@/lib/links/allow-landing-page'
import { archiveLink } from '@/lib/links/archive-link'
import { countVisit, linkVisitor } from '@/lib/links/count-visit'
import { createLink } from '@/lib/links/create-link'
import { disallowLandingPage } from '@/lib/links/disallow-landing-page'
import { followLink } from '@/lib/links/follow-link'
import { listLandingPages, listLinks } from '@/lib/links/queries'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { refuseAudit } from '@/tests/support/failing-audit'
import { writeSmallBooks } from '@/tests/support/small-books'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const finance = person(null, 'finance')
const ahmet = person('aff_1')
const stranger = person('aff_2')
const shop = 'https://larkspur.example/pricing'

function person(affiliateId: string | null, role?: 'finance'): Actor {
  const administrator = role ? { id: 'adm_1', role } : null
  return { kind: 'person', userId: 'user', email: 'p@example.com', administrator, affiliateId }
}

let store: TestDatabase
let connection: Connection
let db: Connection['db']

beforeEach(async () => {
  store = await testDatabase()
  useEnvironment(store, { APP_URL: 'https://partners.example' })
  connection = connect(store.url)
  db = connection.db
  await writeSmallBooks(db)
  await db.insert(affiliates).values({
    id: 'aff_2',
    handle: 'Sofia',
    displayName: 'Sofia',
    email: 'sofia@example.com',
    status: 'active',
    createdAt: new Date(),
  })
  return async () => {
    await connection.close()
    await store.drop()
  }
})

const allow = (url = shop, withBelow = false) =>
  allowLandingPage(admin, { url, label: 'Pricing', withBelow }, db)
const create = (label = 'Newsletter', actor = ahmet) =>
  createLink(actor, { affiliateId: 'aff_1', label, url: shop }, db)
const follow = async (code: string, slug: string | null = null) =>
  (await followLink({ code, slug }, db)).url.href

describe('a landing page', () => {
  it('is allowed and taken back by an administrator, with a trace of it', async () => {
    expect(await allow(' https://Larkspur.example/pricing#top ')).toEqual({ url: shop })
    expect(await listLandingPages(ahmet, db)).toEqual([
      { url: shop, address: shop, label: 'Pricing', withBelow: false },
    ])
    await disallowLandingPage(admin, { url: shop }, db)
    await expect(disallowLandingPage(admin, { url: shop }, db)).rejects.toMatchObject({ code: 'not_found' })
    const actions = await db.select({ action: auditEntries.action }).from(auditEntries)
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['landing_page.allow', 'landing_page.disallow']),
    )
  })

  it('is the sandbox’s shop where nobody has named one', async () => {
    expect(await follow('AHMET5')).toBe('https://partners.example/sandbox?code=AHMET5&ref=AHMET5')
  })

  it('is allowed once, by nobody else, and only with its trace', async () => {
    for (const actor of [finance, ahmet])
      await expect(
        allowLandingPage(actor, { url: shop, label: 'x', withBelow: false }, db),
      ).rejects.toMatchObject({
        code: 'forbidden',
      })
    await expect(disallowLandingPage(finance, { url: shop }, db)).rejects.toMatchObject({ code: 'forbidden' })
    await allow()
    await expect(allow()).rejects.toMatchObject({ code: 'conflict', field: 'url' })
    await expect(allow('javascript:alert(1)')).rejects.toMatchObject({ code: 'invalid', field: 'url' })
    await expect(
      allowLandingPage(admin, { url: `${shop}/x`, label: ' ', withBelow: false }, db),
    ).rejects.toMatchObject({ field: 'label' })
  })
})

describe('a link', () => {
  it('leads to its page with the code and its own name in the query', async () => {
    await allow()
    expect(await create()).toMatchObject({ slug: 'newsletter' })
    expect(await follow('ahmet5', 'Newsletter')).toBe(`${shop}?code=AHMET5&ref=AHMET5_newsletter`)
  })

  it('leads to no page that is not allowed, also when it was', async () => {
    await allow()
    await allow('https://larkspur.example/blog', true)
    const inBlog = { affiliateId: 'aff_1', label: 'Blog', url: 'https://larkspur.example/blog/codes?a=b' }
    await createLink(ahmet, inBlog, db)
    expect(await follow('AHMET5', 'blog')).toBe(
      'https://larkspur.example/blog/codes?a=b&code=AHMET5&ref=AHMET5_blog',
    )
    for (const url of ['https://evil.example', 'https://larkspur.example/blogs', '//evil.example', 'x'])
      await expect(createLink(ahmet, { ...inBlog, url }, db)).rejects.toMatchObject({ field: 'url' })
    await disallowLandingPage(admin, { url: 'https://larkspur.example/blog' }, db)
    expect(await follow('AHMET5', 'blog')).toBe(`${shop}?code=AHMET5&ref=AHMET5_blog`)
    const { links: shown } = await listLinks(ahmet, 'aff_1', db)
    expect(shown[1]).toMatchObject({ landing: shop, landingAllowed: false })
  })

  it('of nobody’s, of a code that does not work, of somebody who left: each leads to the product', async () => {
    await allow()
    for (const code of ['NOBODY5', 'aff_1', '../admin', '%', 'x'.repeat(500)])
      expect(await follow(code), code).toBe(shop)
    expect(await follow('AHMET5', 'unheard-of')).toBe(`${shop}?code=AHMET5&ref=AHMET5`)
    await db.update(codes).set({ status: 'paused' })
    expect(await follow('AHMET5')).toBe(`${shop}?ref=AHMET5`)
    await db.update(affiliates).set({ status: 'closed', closedAt: new Date() })
    expect(await follow('AHMET5')).toBe(shop)
    expect((await followLink({ code: 'AHMET5', slug: null }, db)).link).toBeNull()
  })

  it('has a name of its own, also when two are made at once', async () => {
    await allow()
    const made = await Promise.all(Array.from({ length: 4 }, () => create()))
    expect(made.map(({ slug }) => slug).toSorted()).toEqual([
      'newsletter',
      'newsletter-2',
      'newsletter-3',
      'newsletter-4',
    ])
  })

  it('is made, seen and put away by its affiliate only', async () => {
    await allow()
    const { id } = await create()
    await expect(create('Mine', stranger)).rejects.toMatchObject({ code: 'not_found' })
    await expect(listLinks(stranger, 'aff_1', db)).rejects.toMatchObject({ code: 'not_found' })
    await expect(archiveLink(stranger, { affiliateId: 'aff_1', linkId: id }, db)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(archiveLink(stranger, { affiliateId: 'aff_2', linkId: id }, db)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await listLinks(ahmet, 'aff_1', db)).links).toHaveLength(2)
  })

  it('that was put away, once or twice, is listed no more and leads on', async () => {
    await allow()
    const linkId = (await create()).id
    await countVisit(linkVisitor, { affiliateId: 'aff_1', linkId, network: 'n', userAgent: 'u' }, { db })
    for (const _ of [1, 2]) await archiveLink(ahmet, { affiliateId: 'aff_1', linkId }, db)
    const { links: shown } = await listLinks(ahmet, 'aff_1', db)
    expect(shown).toMatchObject([{ id: null, visits: 1 }])
    expect(await follow('AHMET5', 'newsletter')).toContain('ref=AHMET5_newsletter')
    const entries = await db.select().from(auditEntries).where(eq(auditEntries.action, 'link.archive'))
    expect(entries).toHaveLength(1)
    expect((await create()).slug).toBe('newsletter-2')
  })

  it('without a name, or with one beyond measure, is an error beside its field', async () => {
    await allow()
    for (const label of [' ', 'x'.repeat(61), 'a\u0000b'])
      await expect(create(label)).rejects.toMatchObject({ code: 'invalid', field: 'label' })
  })

  it('that fails half-way leaves nothing', async () => {
    await allow()
    await refuseAudit(store)
    await expect(create()).rejects.toThrow()
    expect(await db.select().from(links)).toEqual([])
  })
})

describe('visits', () => {
  const visit = (changes: object, now = new Date('2026-03-10T12:00:00Z')) => {
    const usual = { affiliateId: 'aff_1', linkId: '', network: '192.0.2.1', userAgent: 'Safari' }
    return countVisit(linkVisitor, { ...usual, ...changes }, { db, now })
  }

  it('are counted once a visitor, link and day', async () => {
    expect(await visit({})).toBe(true)
    expect(await visit({})).toBe(false)
    expect(await visit({ network: '192.0.2.2' })).toBe(true)
    expect(await visit({ linkId: 'lnk_1' })).toBe(true)
    expect(await visit({}, new Date('2026-03-11T00:00:00Z'))).toBe(true)
    const days = await db.select().from(linkDays).orderBy(linkDays.day, linkDays.linkId)
    expect(days.map(({ day, linkId, visits }) => [day, linkId, visits])).toEqual([
      ['2026-03-10', '', 2],
      ['2026-03-10', 'lnk_1', 1],
      ['2026-03-11', '', 1],
    ])
  })

  it('at once by ten people are ten, by one ten times are one', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => visit({ network: `n${n}` })))
    await Promise.all(Array.from({ length: 10 }, () => visit({ network: 'one' })))
    const [day] = await db.select().from(linkDays)
    expect(day?.visits).toBe(11)
  })

  it('leave neither address nor browser behind, and after the day nothing but a number', async () => {
    await visit({})
    const kept = JSON.stringify([await db.select().from(visitors), await db.select().from(linkDays)])
    expect(kept).not.toMatch(/192\.0\.2\.1|Safari/)
    const [first] = await db.select().from(visitSalts)
    await visit({}, new Date('2026-03-11T08:00:00Z'))
    expect(await db.select({ day: visitors.day }).from(visitors)).toEqual([{ day: '2026-03-11' }])
    const salts = await db.select().from(visitSalts)
    expect(salts).toHaveLength(1)
    expect(salts[0]?.salt).not.toBe(first?.salt)
  })

  it('are not for affiliates to count', async () => {
    const mine = { affiliateId: 'aff_1', linkId: '', network: 'n', userAgent: 'u' }
    await expect(countVisit(ahmet, mine, { db })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the funnel', () => {
  const at = new Date('2026-02-01T00:00:00Z')

  async function customer(id: string, reference: string | null, paid: boolean, affiliateId = 'aff_1') {
    const belongs = { affiliateId, since: at, matchedBy: 'code_text', evidenceId: null }
    await db.insert(customers).values({ id, ...belongs, createdAt: at })
    if (reference !== null) {
      await db.insert(evidence).values({
        subjectId: id,
        kind: 'metadata',
        rank: 4,
        at,
        sourceId: `cs_${id}`,
        namedAffiliateId: reference,
        recordedAt: at,
        digest: id,
      })
    }
    if (!paid) return
    await db.execute(sql`insert into commissions (payment_id, basis_id, customer_id, affiliate_id, status, sentence, paid_at,
        payment_currency, payment_minor, commission_minor, reversed_minor, remaining_minor, settlement_id, settled_at)
      select ${`pi_${id}`}, 'in_1', ${id}, ${affiliateId}, 'settled', '', ${at.toISOString()}::timestamptz, 'usd', 100, 0, 0, 0,
        (select max(id) from settlements), ${at.toISOString()}::timestamptz`)
  }

  it('tells the link that somebody came by from a code typed without one', async () => {
    await allow()
    await create()
    await customer('cus_plain', 'AHMET5', true)
    await customer('cus_letter', 'ahmet5_newsletter', true)
    await customer('cus_trial', 'AHMET5_newsletter', false)
    await customer('cus_gone', 'AHMET5_unheard-of', true)
    await customer('cus_other', 'order-7', true)
    await customer('cus_sofias', 'AHMET5_newsletter', true, 'aff_2')
    const { links: shown, typed } = await listLinks(ahmet, 'aff_1', db)
    expect(shown).toMatchObject([
      { label: null, address: 'https://partners.example/r/AHMET5', signUps: 2, customers: 2 },
      {
        label: 'Newsletter',
        address: 'https://partners.example/r/AHMET5/newsletter',
        signUps: 2,
        customers: 1,
      },
    ])
    // With the customer of the small books, who typed it.
    expect(typed).toEqual({ visits: 0, signUps: 2, customers: 2 })
    expect(await db.select().from(commissions)).not.toHaveLength(0)
  })

  it('is empty for who has no code', async () => {
    expect(await listLinks(stranger, 'aff_2', db)).toEqual({
      links: [],
      typed: { visits: 0, signUps: 0, customers: 0 },
    })
  })
})
