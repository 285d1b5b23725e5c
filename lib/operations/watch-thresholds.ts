import 'server-only'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { administrators, alerts, type Database, type Transaction } from '@/db'
import type { Actor } from '@/lib/actor'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { letter } from '@/lib/mail/letter'
import { findSender } from '@/lib/mail/sender'
import { publicUrl } from '@/lib/env'
import { getGauges, getOperationSettings, thresholdsOf } from './queries'
import { findPassed, kinds, remedies, titles, valueInWords, type AlertKind, type Passed } from './rules'

const watch: Actor = { kind: 'system', job: 'watch' }

/** An alert stands for half an hour at least: what comes and goes by the minute writes two letters an hour, not sixty. */
const leastMs = 1_800_000

/**
 * Opens an alert for each threshold that is passed, closes those that are not any more, and writes to every administrator of either
 * in the same transaction. However many processes watch, each change is told once.
 * @param now the machine's time
 */
export async function watchThresholds(db: Database, now: Date): Promise<{ opened: number; closed: number }> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('watch-thresholds', 0))`)
    const passed = findPassed(await getGauges(watch, tx), thresholdsOf(await getOperationSettings(watch, tx)))
    const open = await tx.select().from(alerts).where(isNull(alerts.closedAt))
    const over = open.filter(
      ({ kind, openedAt }) =>
        now.getTime() - openedAt.getTime() >= leastMs && !passed.some((other) => other.kind === kind),
    )
    for (const { id, kind } of over) {
      await tx.update(alerts).set({ closedAt: now }).where(eq(alerts.id, id))
      await tell(tx, `alert-over/${id}`, overLetter(kind), now)
    }
    const fresh = passed.filter(({ kind }) => !open.some((other) => other.kind === kind))
    for (const alert of fresh) await openAlert(tx, alert, now)
    return { opened: fresh.length, closed: over.length }
  })
}

async function openAlert(tx: Transaction, { kind, value, threshold }: Passed, now: Date): Promise<void> {
  const [row] = await tx
    .insert(alerts)
    .values({ kind, value, threshold, openedAt: now })
    .returning({ id: alerts.id })
  if (row) await tell(tx, `alert/${row.id}`, openLetter(kind, value, threshold), now)
}

type Words = { subject: string; text: string; advice: string; path: string }

function openLetter(kind: AlertKind, value: number, threshold: number): Words {
  const limit = valueInWords(kind, threshold)
  const bound =
    kinds[kind].passes === 'below'
      ? `at least ${limit}`
      : kinds[kind].passes === 'above'
        ? `at most ${limit}`
        : `fewer than ${limit}`
  const { text: advice, path } = remedies[kind]
  return {
    subject: titles[kind],
    text: `${titles[kind]}: ${valueInWords(kind, value)}, where ${bound} is wanted.`,
    advice,
    path,
  }
}

function overLetter(kind: AlertKind): Words {
  return {
    subject: `Over: ${titles[kind].toLowerCase()}`,
    text: `It is well again: “${titles[kind]}” holds no longer.`,
    advice: 'Nothing needs to be done.',
    path: '/admin/alerts',
  }
}

async function tell(tx: Transaction, cause: string, words: Words, now: Date): Promise<void> {
  const from = await findSender(tx)
  const readers = await tx
    .select({ id: administrators.id, email: administrators.email })
    .from(administrators)
    .where(and(eq(administrators.role, 'admin'), isNull(administrators.disabledAt)))
  const content = letter(from, `${from.name}: ${words.subject}`, [
    { kind: 'paragraph', text: words.text },
    { kind: 'paragraph', text: words.advice },
    { kind: 'button', label: 'Look at it', url: `${publicUrl()}${words.path}` },
    { kind: 'small', text: 'From where on you are told is chosen in the console under Alerts.' },
  ])
  for (const { id, email } of readers) {
    await enqueueMail(tx, { ...content, recipient: email, cause: `${cause}/${id}`, now })
  }
}
