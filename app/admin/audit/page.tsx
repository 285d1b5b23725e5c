import type { Metadata } from 'next'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import { listAudit, type AuditEntry } from '@/lib/audit/queries'
import { requireAdministrator } from '@/lib/auth'
import { deedText } from '../_components/decisions'

export const metadata: Metadata = { title: 'Audit log' }

type Query = Partial<Record<'subject' | 'action' | 'cursor', string | string[]>>

export default async function AuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [subject, action, cursor] = [one(query.subject), one(query.action), one(query.cursor)]
  const page = await listAudit(person, { subjectId: subject, action, cursor, limit: 40 })
  const narrowed = subject ?? action
  const here = (next?: string) => withQuery('/admin/audit', { subject, action, cursor: next })
  return (
    <>
      <PageHeading
        title="Audit log"
        lead={
          narrowed
            ? `Of ${narrowed}, the latest first.`
            : 'Every decision: who took it, what it changed and why. Only ever added to.'
        }
        back={narrowed ? { href: '/admin/audit', label: 'The whole log' } : undefined}
      />
      <Card className="py-3 sm:py-4">
        {page.entries.length > 0 ? (
          <ul className="divide-y divide-line">
            {page.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        ) : (
          <Empty title="Nothing was decided yet">The first decision stands here with its reason.</Empty>
        )}
      </Card>
      <Pager first={cursor ? here() : null} next={page.nextCursor ? here(page.nextCursor) : null} />
    </>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { action, subjectId, actorKind, actorId, actorName, at, reason, before, after } = entry
  return (
    <li className="py-3.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="min-w-0">
          <span className="font-medium">{deedText(action)}</span>{' '}
          <a
            href={withQuery('/admin/audit', { subject: subjectId })}
            className="font-mono text-sm break-all text-muted underline-offset-2 hover:text-ink hover:underline"
          >
            {subjectId}
          </a>
        </p>
        <p className="text-sm text-muted">
          {actorName ?? `${actorKind.replace('_', ' ')} ${actorId}`}, <Moment at={at} />
        </p>
      </div>
      {reason ? <p className="mt-1 text-[0.9375rem]">{reason}</p> : null}
      {(before ?? after) ? (
        <details className="mt-1.5">
          <summary className="cursor-pointer text-sm text-muted hover:text-ink">Before and after</summary>
          <div className="mt-2 grid gap-3 sm:grid-cols-2">
            <State title="Before" json={before} />
            <State title="After" json={after} />
          </div>
        </details>
      ) : null}
    </li>
  )
}

function State({ title, json }: { title: string; json: string | null }) {
  return (
    <div className="min-w-0">
      <p className="text-sm text-muted">{title}</p>
      <pre className="mt-1 rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] break-all whitespace-pre-wrap">
        {json ?? 'nothing'}
      </pre>
    </div>
  )
}
