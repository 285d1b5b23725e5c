import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Card } from '@/components/ui/card'
import { Moment } from '@/components/time'
import { TributaryError } from '@/lib/errors'
import { getSandboxMail } from '@/lib/mail/queries'
import { firstLink } from '../first-link'

export const metadata: Metadata = { title: 'Mail', robots: { index: false, follow: false } }
export const dynamic = 'force-dynamic'

export default async function OneMailPage({ params }: { params: Promise<{ id: string }> }) {
  const mail = await findMail((await params).id)
  if (!mail) notFound()
  const link = firstLink(mail.text)
  return (
    <div className="mx-auto w-full max-w-3xl space-y-6 px-4 py-10">
      <div>
        <Link href="/dev/mail" className="text-sm text-accent underline underline-offset-4">
          All mail
        </Link>
        <h1 className="mt-2 text-2xl font-semibold tracking-tight break-words">{mail.subject}</h1>
        <p className="mt-1 text-sm wrap-anywhere text-muted">
          To {mail.recipient} · <Moment at={mail.createdAt} /> ·{' '}
          {mail.sentAt ? 'sent' : (mail.error ?? 'kept here, not sent')}
        </p>
        {link ? (
          <p className="mt-3 text-sm break-all">
            <a href={link} className="text-accent underline underline-offset-4">
              {link}
            </a>
          </p>
        ) : null}
      </div>
      {mail.html ? (
        <Card className="overflow-hidden p-0 sm:p-0">
          {/* Nothing in it may run or go anywhere: the link stands above. */}
          <iframe title="As HTML" sandbox="" srcDoc={mail.html} className="h-[28rem] w-full bg-white" />
        </Card>
      ) : null}
      <Card>
        <h2 className="mb-3 text-sm font-medium text-muted">As plain text</h2>
        <pre className="text-sm break-words whitespace-pre-wrap">{mail.text}</pre>
      </Card>
    </div>
  )
}

async function findMail(id: string) {
  try {
    return await getSandboxMail(Number(id))
  } catch (error) {
    if (error instanceof TributaryError && error.code === 'not_found') return null
    throw error
  }
}
