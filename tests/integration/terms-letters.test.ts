import { eq, like } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, mails, termsLetters } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { enqueueTermsLetters } from '@/lib/mail/enqueue-terms-letters'
import { createGroup } from '@/lib/programme/create-group'
import { setTerms, type Change } from '@/lib/programme/set-terms'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { refuseAudit } from '@/tests/support/failing-audit'
import { system } from '@/tests/support/programme-life'

let books: Books
let leyla: string
beforeEach(async () => {
  books = await openBooks()
  useEnvironment(books.database)
  const email = 'leyla@lumen-works.io'
  leyla = await newAffiliate(books.db, books.stripe, { handle: 'Leyla', displayName: 'Leyla Demir', email })
})
afterEach(() => books.close())

const change = (given: Partial<Change> & Pick<Change, 'values'>) =>
  setTerms(system, { affiliateId: null, ...given }, { db: books.db })

/** Who is written to about terms, once everything is written. */
async function written(): Promise<{ to: string; subject: string; text: string }[]> {
  while ((await books.db.select().from(termsLetters)).some(({ finishedAt }) => finishedAt === null))
    await enqueueTermsLetters(books.db, 1, true)
  const rows = await books.db.select().from(mails).where(like(mails.cause, 'terms/%')).orderBy(mails.id)
  return rows.map(({ affiliateId, subject, text }) => ({ to: affiliateId ?? '', subject, text }))
}

const to = async () => (await written()).map((letter) => letter.to).toSorted()

describe('a letter about new terms', () => {
  it('says what changes, from which day, and that the past stays', async () => {
    await change({ values: { rateBps: 2500, holdDays: 14 }, from: '2099-01-01' })
    const [letter] = await written()
    expect(letter?.subject).toBe('Your terms change on 1 Jan 2099')
    expect(letter?.text).toContain('from 1 Jan 2099 on other terms hold')
    expect(letter?.text).toContain('- Rate: 25 % of the net, until then 20 % of the net\n')
    expect(letter?.text).toContain('- Hold: 14 days, until then 30 days\n')
    expect(letter?.text).toContain('What was paid before stays as it is')
  })

  it('goes to everybody for whom it comes to something, and to nobody else', async () => {
    await change({ values: { rateBps: 3000 }, affiliateId: leyla })
    expect(await to()).toEqual([leyla])
    await change({ values: { rateBps: 2500 } })
    expect(await to()).toEqual([leyla, books.ahmet].toSorted())
    await change({ values: { join: 'approval' } })
    await change({ values: { anomalies: { same_domain: { action: 'notice', threshold: null } } } })
    expect(await to()).toHaveLength(2)
  })

  it('about a group’s terms goes to who is in it', async () => {
    const { groupId } = await createGroup(system, { name: 'Agencies' }, { db: books.db })
    await change({ values: { rateBps: 3000 }, groupId })
    expect(await to()).toEqual([])
    await change({ values: { group: groupId }, affiliateId: leyla })
    expect(await to()).toEqual([leyla])
    await change({ values: { holdDays: 7 }, groupId })
    expect(await to()).toEqual([leyla, leyla])
  })

  it('comes once also where a later change is scheduled behind it', async () => {
    await change({ values: { rateBps: 2500 }, from: '2099-01-01', affiliateId: leyla })
    await change({ values: { holdDays: 7 }, from: '2098-01-01', affiliateId: leyla })
    expect((await written()).map(({ subject }) => subject)).toEqual([
      'Your terms change on 1 Jan 2099',
      'Your terms change on 1 Jan 2098',
    ])
  })

  it('does not go to the closed, nor to who joined since', async () => {
    await books.db.update(affiliates).set({ status: 'closed', closedAt: new Date() })
    await change({ values: { rateBps: 2500 } })
    const person = { handle: 'New', displayName: 'New', email: 'new@example.com' }
    const { affiliateId } = await createAffiliate(system, person, { db: books.db, stripe: books.stripe })
    await books.db.update(affiliates).set({ status: 'active' }).where(eq(affiliates.id, affiliateId))
    expect(await to()).toEqual([])
  })

  it('waits while the outbox is full, where mail goes out at all', async () => {
    for (let number = 0; number < 100; number++) {
      const mail = { subject: 'x', text: 'x', html: 'x', recipient: 'x@example.com', cause: `x/${number}` }
      await enqueueMail(books.db, { ...mail, now: new Date() })
    }
    await change({ values: { rateBps: 2500 } })
    await enqueueTermsLetters(books.db, 10, true)
    expect(await books.db.select().from(termsLetters)).toMatchObject([{ toldUpTo: '', finishedAt: null }])
    await enqueueTermsLetters(books.db, 10, false)
    expect(await to()).toHaveLength(2)
  })

  it('is about nothing where the change was not written', async () => {
    await refuseAudit(books.database)
    await expect(change({ values: { rateBps: 2500 } })).rejects.toThrow()
    expect(await books.db.$count(termsLetters)).toBe(0)
  })
})
