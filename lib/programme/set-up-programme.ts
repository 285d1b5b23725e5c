import 'server-only'
import { sql } from 'drizzle-orm'
import {
  database,
  ledgerTransfers,
  payments,
  programme,
  settlementQueue,
  type Database,
  type Transaction,
} from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { isDay, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { openBooks, type Books } from './ensure-programme'
import { loadTermsOf } from './load-terms'
import { unnamedProgramme } from './programme-name'
import { insertProgrammeTerms } from './write-terms'

export interface Setup {
  /** Absent: as it is. */
  name?: string | undefined
  /** Absent: as it is. */
  earnsFrom?: string | undefined
  books: Pick<Books, 'booksMode' | 'stripeAccountId'>
}

/**
 * Writes the first terms anew, which reach back for ever; what was judged by the former is settled again.
 * @throws TributaryError invalid (field `earnsFrom` or `name`), conflict once anything stands in the ledger
 */
export async function setUpProgramme(
  actor: Actor,
  setup: Setup,
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'admin')
  const { name, earnsFrom } = readSetup(setup)
  await (options.db ?? database()).transaction(async (tx) => {
    const now = options.now ?? (await programmeNow(tx))
    await openBooks(tx, actor, { ...setup.books, name: name ?? unnamedProgramme, now })
    const [settled] = await tx.select({ id: ledgerTransfers.id }).from(ledgerTransfers).limit(1)
    if (settled) {
      throw new TributaryError(
        'conflict',
        'Something is settled already, so the first terms stand: change what comes with `terms set`.',
      )
    }
    if (name !== undefined) await tx.update(programme).set({ name })
    if (earnsFrom !== undefined) await earnFrom(tx, actor, earnsFrom, now)
    await writeAudit(tx, {
      actor,
      action: 'programme.set_up',
      subjectId: 'programme',
      after: { name, earnsFrom },
      at: now,
    })
  })
}

function readSetup(setup: Setup): { name: string | undefined; earnsFrom: Day | undefined } {
  const { earnsFrom } = setup
  if (earnsFrom !== undefined && !isDay(earnsFrom)) {
    throw new TributaryError('invalid', 'A day such as 2026-01-31 is wanted.', 'earnsFrom')
  }
  const name = setup.name?.trim()
  if (name !== undefined && (name.length === 0 || name.length > 100)) {
    throw new TributaryError('invalid', 'A name of 1 to 100 characters is wanted.', 'name')
  }
  return { name, earnsFrom }
}

/** Every version of the programme's terms again with another day, at its own moment; allowed only while nothing is settled. */
async function earnFrom(tx: Transaction, actor: Actor, earnsFrom: Day, now: Date): Promise<void> {
  const versions = (await loadTermsOf(tx, [])).flatMap((version) =>
    version.affiliateId === null && version.groupId === null ? [version] : [],
  )
  for (const [index, version] of versions.entries()) {
    const isReplaced = versions[index + 1]?.effectiveFrom.getTime() === version.effectiveFrom.getTime()
    if (isReplaced) continue
    const { effectiveFrom } = version
    const values = { ...version.values, earnsFrom }
    await insertProgrammeTerms(tx, actor, { effectiveFrom, recordedAt: now, first: true, values })
  }
  await tx.execute(sql`
    insert into ${settlementQueue} (subject_id, kind, reason, enqueued_at, next_attempt_at)
    select ${payments.id}, 'payment', 'The first terms were written anew.', clock_timestamp(), clock_timestamp()
    from ${payments} where ${payments.paidAt} is not null
    on conflict do nothing`)
}
