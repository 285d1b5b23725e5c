import 'server-only'
import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { affiliates, mails, terms, termsLetters, type Database, type Transaction } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { formatDay } from '@/lib/locales'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { plainDifferences, termLabels } from '@/lib/programme/terms-words'
import { enqueueMail } from './enqueue-mail'
import { readersOf } from './enqueue-news'
import { newTermsMail } from './news-letters'
import { isDue } from './send-due-mails'

/** Some ten go out a second: who asks for a link to sign in shall not wait behind a hundred thousand. */
const mostWaiting = 100

/**
 * Letters about terms that were changed, to every affiliate for whom that comes to something: so many affiliates a call, the next
 * where this one ended.
 * @param goesOut false: there is no mail server, and the outbox never empties
 */
export async function enqueueTermsLetters(db: Database, limit: number, goesOut: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    const change = await nextChange(tx)
    if (!change || (goesOut && (await isFull(tx)))) return
    const ids = await concerned(tx, change, limit)
    await writeTo(tx, change, ids)
    const last = ids.at(-1) ?? change.toldUpTo
    const finishedAt = ids.length < limit ? await programmeNow(tx) : null
    await tx
      .update(termsLetters)
      .set({ toldUpTo: last, finishedAt })
      .where(eq(termsLetters.termsId, change.termsId))
  })
}

async function nextChange(tx: Transaction) {
  const [change] = await tx
    .select({
      termsId: termsLetters.termsId,
      toldUpTo: termsLetters.toldUpTo,
      affiliateId: terms.affiliateId,
      groupId: terms.groupId,
      effectiveFrom: terms.effectiveFrom,
      recordedAt: terms.recordedAt,
    })
    .from(termsLetters)
    .innerJoin(terms, eq(terms.id, termsLetters.termsId))
    .where(isNull(termsLetters.finishedAt))
    .orderBy(termsLetters.termsId)
    .limit(1)
    .for('update', { of: termsLetters, skipLocked: true })
  return change
}

type Change = NonNullable<Awaited<ReturnType<typeof nextChange>>>

async function isFull(tx: Transaction): Promise<boolean> {
  const due = tx.select({ id: mails.id }).from(mails).where(isDue(wallNow()))
  const waiting = await due.limit(mostWaiting)
  return waiting.length === mostWaiting
}

/** Who was there when it was decided, and whom these terms can reach. */
async function concerned(tx: Transaction, change: Change, limit: number): Promise<string[]> {
  const rows = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(
      and(
        sql`${affiliates.id} > ${change.toldUpTo}`,
        inArray(affiliates.status, ['active', 'suspended']),
        sql`${affiliates.createdAt} <= ${change.recordedAt.toISOString()}::timestamptz`,
        reached(change),
      ),
    )
    .orderBy(affiliates.id)
    .limit(limit)
  return rows.map(({ id }) => id)
}

function reached({ affiliateId, groupId }: Change): SQL | undefined {
  if (affiliateId !== null) return eq(affiliates.id, affiliateId)
  if (groupId === null) return undefined
  return sql`${affiliates.id} in (select affiliate_id from terms where "values"->>'group' = ${groupId})`
}

async function writeTo(tx: Transaction, change: Change, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const [versions, readers, now] = await Promise.all([
    loadTermsOf(tx, ids),
    readersOf(tx, ids),
    programmeNow(tx),
  ])
  const { effectiveFrom, termsId } = change
  // As it was decided: what was decided since has letters of its own.
  const decided = versions.filter(({ id }) => id <= termsId)
  const former = decided.filter(({ id }) => id < termsId)
  const today = now.toISOString().slice(0, 10)
  const second = Math.floor(effectiveFrom.getTime() / 1000)
  const day = effectiveFrom.toISOString().slice(0, 10)
  for (const affiliateId of ids) {
    const reader = readers.get(affiliateId)
    if (!reader || reader.mailsOff.includes('new_terms')) continue
    const before = termsAt(former, affiliateId, second)
    const after = termsAt(decided, affiliateId, second)
    // How one joins is over for those who have.
    const changes = plainDifferences(before, after, reader.locale).filter(
      ({ label }) => label !== termLabels.join,
    )
    if (changes.length === 0) continue
    const content = newTermsMail(reader, formatDay(day, reader.locale), day > today, changes)
    const cause = `terms/${termsId}/${affiliateId}`
    await enqueueMail(tx, { ...content, recipient: reader.email, affiliateId, cause, now })
  }
}
