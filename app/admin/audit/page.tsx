import type { Metadata } from 'next'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import type { AuditEntry } from '@/lib/audit/queries'
import { requireAdministrator } from '@/lib/auth'
import { deedText } from '../_components/decisions'
import { BarField, ListBar } from '../_components/list-bar'
import { auditList } from '../_lists/audit'
import type { ListQuery } from '../_lists/console-list'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, csv, pages } = await auditList.open(person, await searchParams)
  const isNarrowed = Object.values(filter).some((value) => value !== undefined)
  return (
    <>
      <PageHeading
        title="Audit log"
        lead="Every decision: who took it, what it changed and why. Only ever added to."
      />
      <ListBar path={auditList.path} csv={csv} all={isNarrowed ? auditList.path : null}>
        <BarField name="who" label="Who" defaultValue={filter.who} placeholder="Address or id" />
        <BarField name="action" label="What" defaultValue={filter.action} placeholder="terms, or terms.set" />
        <BarField name="subject" label="About" defaultValue={filter.subjectId} placeholder="Id" />
        <BarField name="from" label="From" type="date" defaultValue={filter.from} />
        <BarField name="to" label="To" type="date" defaultValue={filter.to} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <ul className="divide-y divide-line">
            {rows.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        ) : isNarrowed ? (
          <Empty title="Nothing like that was decided">Ask for less, or for another day.</Empty>
        ) : (
          <Empty title="Nothing was decided yet">The first decision stands here with its reason.</Empty>
        )}
      </Card>
      <Pager {...pages} />
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
