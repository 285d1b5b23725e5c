import 'server-only'
import { desc, eq, lt } from 'drizzle-orm'
import { database, mails, programme, type Querying } from '@/db'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'

export type MailDto = {
  id: number
  recipient: string
  subject: string
  text: string
  html: string
  cause: string
  createdAt: Date
  sentAt: Date | null
  error: string | null
}

/**
 * All mail, newest first, without asking who wants to know: it is as good as a login, and only for sandbox books.
 * @param before id of the last mail of the page before
 * @throws TributaryError not_found on all other books
 */
export async function listSandboxMails(
  page: { limit: number; before?: number },
  db: Querying = database(),
): Promise<{ mails: MailDto[]; nextBefore: number | null }> {
  await requireSandbox(db)
  const rows = await db
    .select(columns)
    .from(mails)
    .where(page.before === undefined ? undefined : lt(mails.id, page.before))
    .orderBy(desc(mails.id))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  return { mails: shown, nextBefore: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null }
}

/** @throws TributaryError not_found if there is none or the books are not a sandbox's */
export async function getSandboxMail(id: number, db: Querying = database()): Promise<MailDto> {
  await requireSandbox(db)
  const [mail] = Number.isSafeInteger(id) ? await db.select(columns).from(mails).where(eq(mails.id, id)) : []
  if (!mail) throw new TributaryError('not_found', 'There is no such mail.')
  return mail
}

const columns = {
  id: mails.id,
  recipient: mails.recipient,
  subject: mails.subject,
  text: mails.text,
  html: mails.html,
  cause: mails.cause,
  createdAt: mails.createdAt,
  sentAt: mails.sentAt,
  error: mails.error,
}

async function requireSandbox(db: Querying): Promise<void> {
  if (!(await showsMail(db))) throw new TributaryError('not_found', 'Mail is shown on sandbox books only.')
}

/** Whether mail may be shown: asked twice, of the books and of what this process was started for. */
export async function showsMail(db: Querying = database()): Promise<boolean> {
  const [books] = await db.select({ mode: programme.booksMode }).from(programme)
  return books?.mode === 'sandbox' && env().booksMode === 'sandbox'
}
