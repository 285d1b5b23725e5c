import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Moment } from '@/components/time'
import { listSandboxMails, showsMail, type MailDto } from '@/lib/mail/queries'
import { firstLink } from './first-link'

export const metadata: Metadata = { title: 'Mail', robots: { index: false, follow: false } }
export const dynamic = 'force-dynamic'

const onePage = 30

/** The outbox of a sandbox's books. As good as a login, hence on no other books. */
export default async function MailPage({
  searchParams,
}: {
  searchParams: Promise<{ before?: string | string[] }>
}) {
  if (!(await showsMail())) notFound()
  const before = Number((await searchParams).before)
  const page = await listSandboxMails({
    limit: onePage,
    before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
  })
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-10">
      <h1 className="text-2xl font-semibold tracking-tight">Mail</h1>
      <p className="mt-1 mb-6 text-muted">Everything this sandbox has written, newest first.</p>
      {page.mails.length === 0 ? <Empty /> : <MailList mails={page.mails} />}
      {page.nextBefore === null ? null : (
        <Button asChild look="secondary" className="mt-6">
          <Link href={`/dev/mail?before=${page.nextBefore}`}>Older mail</Link>
        </Button>
      )}
    </div>
  )
}

function Empty() {
  return (
    <Card>
      <p className="text-muted">
        No mail yet. It appears here as soon as somebody{' '}
        <Link href="/sign-in" className="text-accent underline underline-offset-4">
          asks for a link to sign in
        </Link>
        .
      </p>
    </Card>
  )
}

function MailList({ mails }: { mails: readonly MailDto[] }) {
  return (
    <ul className="space-y-3">
      {mails.map((mail) => (
        <li key={mail.id}>
          <MailCard mail={mail} link={firstLink(mail.text)} />
        </li>
      ))}
    </ul>
  )
}

function MailCard({ mail, link }: { mail: MailDto; link: string | null }) {
  return (
    <Card className="p-4 sm:p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <Link
          href={`/dev/mail/${mail.id}`}
          className="min-w-0 font-medium break-words text-ink hover:underline"
        >
          {mail.subject}
        </Link>
        <Moment at={mail.createdAt} className="text-sm text-muted" />
      </div>
      <p className="mt-0.5 text-sm wrap-anywhere text-muted">To {mail.recipient}</p>
      {link ? (
        <p className="mt-2 truncate text-sm">
          <a href={link} className="text-accent underline underline-offset-4">
            {link}
          </a>
        </p>
      ) : null}
    </Card>
  )
}
