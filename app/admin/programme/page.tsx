import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import { getLooks } from '@/lib/programme/looks-queries'
import { LooksForm } from './looks-form'

export const metadata: Metadata = { title: 'Programme' }

export default async function ProgrammePage({
  searchParams,
}: {
  searchParams: Promise<{ done?: string | string[] }>
}) {
  const person = await requireAdministrator()
  if (!(await programmeFacts())) return <NotSetUpNote />
  const [looks, query] = await Promise.all([getLooks(person), searchParams])
  return (
    <>
      <PageHeading
        title="Name and looks"
        lead="How it is called and looks to affiliates: in the portal, on the public pages, in letters and statements, and in this console."
      />
      <div className="space-y-6">
        {one(query.done) ? <Notice tone="good">Saved. Every page shows it from now on.</Notice> : null}
        {person.administrator.role === 'admin' ? (
          <LooksForm key={looks.seen} looks={looks} once={randomUUID()} />
        ) : (
          <Notice>Only administrators change this; you see all that they see.</Notice>
        )}
      </div>
    </>
  )
}
