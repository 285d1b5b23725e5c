import type { Metadata } from 'next'
import Link from 'next/link'
import { one } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { getGauges, getOperationSettings, thresholdsOf } from '@/lib/operations/queries'
import type { AlertSummary } from '@/lib/operations/queries'
import { kinds, remedies, titles, valueInWords, type AlertKind } from '@/lib/operations/rules'
import type { OperationSettings } from '@/lib/operations/schemas'
import { alertList } from '../_lists/alerts'
import type { ListQuery } from '../_lists/console-list'
import { change } from './actions'
import { ThresholdsForm } from './thresholds-form'

export const metadata: Metadata = { title: 'Alerts' }

export default async function AlertsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [list, gauges, settings] = await Promise.all([
    alertList.open(person, query),
    getGauges(person),
    getOperationSettings(person),
  ])
  const limits = thresholdsOf(settings)
  return (
    <>
      <PageHeading
        title="Alerts"
        lead="When something stands still, every administrator gets a mail; once, and once more when it is over."
      />
      {one(query.saved) ? (
        <Notice tone="good" className="mb-6">
          The thresholds are saved.
        </Notice>
      ) : null}
      <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
        <div className="space-y-6">
          <Card>
            <CardTitle>How it is now</CardTitle>
            <dl className="mt-4 divide-y divide-line">
              {(Object.keys(kinds) as AlertKind[]).map((kind) => (
                <div key={kind} className="flex items-baseline justify-between gap-6 py-3">
                  <dt>{questions[kind]}</dt>
                  <dd className="figures shrink-0 text-right">
                    {now(kind, gauges[kind])}
                    <span className="block text-sm text-muted">{bound(kind, limits[kind])}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </Card>
          <Past list={list} />
        </div>
        <Card>
          <CardTitle>Thresholds</CardTitle>
          {person.administrator.role === 'admin' ? (
            <>
              <CardText className="mb-5">What is left empty is not watched.</CardText>
              <ThresholdsForm
                action={change}
                version={settings.version}
                once={crypto.randomUUID()}
                thresholds={fields(settings)}
              />
            </>
          ) : (
            <CardText>Administrators choose them. You see what holds beside each figure.</CardText>
          )}
        </Card>
      </div>
    </>
  )
}

function Past({ list: { rows, csv, pages } }: { list: Awaited<ReturnType<typeof alertList.open>> }) {
  return (
    <>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <>
            <p className="pt-1 text-right">
              <a href={csv} download className="text-sm text-muted hover:text-ink">
                As CSV
              </a>
            </p>
            <Alerts alerts={rows} />
          </>
        ) : (
          <Empty title="No alert so far">Nothing has passed its threshold.</Empty>
        )}
      </Card>
      <Pager {...pages} words={plainWords} />
    </>
  )
}

const questions: Record<AlertKind, string> = {
  inbox_age: 'The oldest event that waits',
  quarantine: 'Events that could not be settled',
  completeness: 'Explained of what the last sweep saw',
  clearing: 'Accounts that must be zero and are not',
  fee_wait: 'The oldest payment without its fee',
  webhook_silence: 'Since Stripe’s last event',
}

const nothing: Record<AlertKind, string> = {
  inbox_age: 'none waits',
  quarantine: 'none',
  completeness: 'no sweep yet',
  clearing: 'no sweep yet',
  fee_wait: 'none waits',
  webhook_silence: 'none came yet',
}

function now(kind: AlertKind, value: number | null): string {
  return value === null ? nothing[kind] : valueInWords(kind, value)
}

function bound(kind: AlertKind, threshold: number | null): string {
  if (threshold === null) return 'not watched'
  const { passes } = kinds[kind]
  if (passes === 'reached' && threshold === 1) return 'none is wanted'
  const word = { below: 'at least', above: 'at most', reached: 'fewer than' }[passes]
  return `${word} ${valueInWords(kind, threshold)}`
}

function fields(settings: OperationSettings) {
  const text = (value: number | null) => (value === null ? '' : String(value))
  const bps = settings.completenessBps
  const share = bps === null ? '' : `${Math.floor(bps / 100)}.${String(bps % 100).padStart(2, '0')}`
  return [
    {
      name: 'inboxAgeSeconds',
      label: 'An event waits longer than',
      hint: 'Seconds.',
      value: text(settings.inboxAgeSeconds),
    },
    {
      name: 'quarantined',
      label: 'Events in quarantine, from',
      hint: 'So many at once.',
      value: text(settings.quarantined),
    },
    {
      name: 'completenessBps',
      label: 'Completeness below',
      hint: 'Per cent of what a sweep saw.',
      value: share,
    },
    {
      name: 'feeWaitHours',
      label: 'A fee is awaited longer than',
      hint: 'Hours. Stripe usually has it within minutes.',
      value: text(settings.feeWaitHours),
    },
    {
      name: 'silenceHours',
      label: 'No event for',
      hint: 'Hours. Choose what is unusual for your sales.',
      value: text(settings.silenceHours),
    },
    {
      name: 'payloadMonths',
      label: 'Keep Stripe’s event bodies for',
      hint: 'Months, at least 2; empty keeps them for good. What was learnt from them stays either way.',
      value: text(settings.payloadMonths),
    },
  ]
}

function Alerts({ alerts }: { alerts: AlertSummary[] }) {
  return (
    <Table caption="Alerts, the open ones first">
      <TableHead>
        <Column>What</Column>
        <Column wide>Since</Column>
        <Column end>State</Column>
      </TableHead>
      <tbody>
        {alerts.map(({ id, kind, value, openedAt, closedAt }) => (
          <Row key={id}>
            <RowHeading below={<Moment at={openedAt} />}>
              <Link href={remedies[kind].path} className="link">
                {titles[kind]}
              </Link>
              <span className="figures block text-sm text-muted">{valueInWords(kind, value)}</span>
            </RowHeading>
            <Cell wide>
              <Moment at={openedAt} />
            </Cell>
            <Cell end>{closedAt ? <Badge tone="plain">over</Badge> : <Badge tone="bad">open</Badge>}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
