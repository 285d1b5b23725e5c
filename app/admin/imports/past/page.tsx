import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { one, withQuery } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { countText } from '@/components/count'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { onceField } from '@/lib/action-state'
import { listHouseCodes } from '@/lib/attribution/house-queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { isDay, type Day } from '@/lib/calendar'
import { listAtStripe, type FoundCode } from '@/lib/codes/find-at-stripe'
import { TributaryError } from '@/lib/errors'
import { previewPast, type Past } from '@/lib/imports/preview-past'
import { sweepSince } from '../../sweep/actions'

export const metadata: Metadata = { title: 'What Stripe has of the past' }

type Query = Partial<Record<'since' | 'after', string | string[]>>
const path = '/admin/imports/past'
const mostCodes = 100

export default async function PastPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const asked = one(query.since)
  const since = asked !== undefined && isDay(asked) ? asked : null
  const after = one(query.after)
  const answer = since === null ? null : await look(person, since, after)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/imports', label: 'Coming from another product' }}
        title="What Stripe has of the past"
        lead="Looked at before any of it is brought in. Nothing is written here."
      />
      <div className="space-y-6">
        <Card>
          <form action={path} className="max-w-sm space-y-1.5">
            <Label htmlFor="since">Since which day</Label>
            <div className="flex gap-2">
              <Input
                id="since"
                name="since"
                type="date"
                required
                defaultValue={asked}
                aria-invalid={asked !== undefined && since === null ? true : undefined}
              />
              <Button type="submit" look="secondary">
                Ask Stripe
              </Button>
            </div>
          </form>
          {asked !== undefined && since === null ? (
            <Notice tone="bad" className="mt-4">
              A day such as 2026-01-31 is wanted.
            </Notice>
          ) : null}
          {answer !== null && 'problem' in answer ? (
            <Notice tone="bad" className="mt-4">
              {answer.problem}
            </Notice>
          ) : null}
        </Card>
        {answer !== null && 'past' in answer && since !== null ? (
          <>
            <Payments
              after={after}
              past={answer.past}
              since={since}
              may={person.administrator.role === 'admin'}
            />
            <Nobodys codes={answer.codes} />
          </>
        ) : null}
      </div>
    </>
  )
}

async function look(
  person: Person,
  since: Day,
  after: string | undefined,
): Promise<{ past: Past; codes: FoundCode[] } | { problem: string }> {
  try {
    const [past, codes, house] = await Promise.all([
      previewPast(person, since, { after }),
      listAtStripe(person),
      listHouseCodes(person, { limit: 10_000 }),
    ])
    const known = new Set(house.codes.map(({ id }) => id))
    const isNobodys = ({ ours, promotionCodeId }: FoundCode) => ours === null && !known.has(promotionCodeId)
    return { past, codes: codes.filter(isNobodys) }
  } catch (error) {
    if (error instanceof TributaryError) return { problem: error.message }
    throw error
  }
}

function Payments({
  past,
  since,
  after,
  may,
}: {
  past: Past
  since: Day
  after: string | undefined
  may: boolean
}) {
  const { earnsFrom, lines } = past
  const isPart = past.next !== null || after !== undefined
  return (
    <Card>
      <CardTitle>Paid invoices that show a code of an affiliate</CardTitle>
      <CardText className="mb-4 max-w-prose">
        Payments before <DayTime value={earnsFrom} /> say whose a customer is and earn nothing: the product
        before this one paid for them, and nobody is paid twice. Renewals follow their customer and come on
        top.
      </CardText>
      {isPart ? <Part past={past} since={since} isFirst={after === undefined} /> : null}
      {lines.length > 0 ? (
        <Lines past={past} />
      ) : (
        <Empty title={isPart ? 'None among these' : 'None since that day'} />
      )}
      <div className="mt-6 space-y-3">
        {may ? (
          <ActionButton action={sweepSince} fields={{ since, [onceField]: randomUUID() }}>
            Bring it in
          </ActionButton>
        ) : null}
        <p className="max-w-prose text-sm text-muted">
          A worker walks over all of it in the background and shows how far it has come; it may be done again.
          The same by hand:{' '}
          <code className="font-mono text-ink">npm run tributary -- reconcile --since {since}</code>
        </p>
      </div>
    </Card>
  )
}

/** A page is shown at once, not a programme read whole: it says which part of it this is. */
function Part({ past: { seen, made, next }, since, isFirst }: { past: Past; since: Day; isFirst: boolean }) {
  return (
    <Notice className="mb-4">
      <p>
        {made === null ? (
          'There are no older ones.'
        ) : (
          <>
            Only {countText(seen)} invoices are summed up here: those made from <DayTime value={made.from} />{' '}
            to <DayTime value={made.to} />. Bringing the past in takes all of it.
          </>
        )}
      </p>
      <p className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
        {next === null ? null : (
          <Older href={withQuery(path, { since, after: next })}>The ones before these</Older>
        )}
        {isFirst ? null : <Older href={withQuery(path, { since })}>Back to the latest</Older>}
      </p>
    </Notice>
  )
}

function Older({ href, children }: { href: string; children: string }) {
  return (
    <Link className="font-medium underline underline-offset-2" href={href}>
      {children}
    </Link>
  )
}

function Lines({ past: { lines, totals, earnsFrom } }: { past: Past }) {
  return (
    <Table caption="What the past would bring, by affiliate and currency">
      <TableHead>
        <Column>Affiliate</Column>
        <Column end>Paid before</Column>
        <Column end>
          Paid since <DayTime value={earnsFrom} />
        </Column>
      </TableHead>
      <tbody>
        {lines.map((line) => (
          <Row key={`${line.affiliateId} ${line.currency}`}>
            <RowHeading href={`/admin/affiliates/${line.affiliateId}`}>{line.handle}</RowHeading>
            <Sums of={line} />
          </Row>
        ))}
      </tbody>
      <tfoot className="border-t border-line font-semibold">
        {totals.map((total) => (
          <Row key={total.currency}>
            <RowHeading>In all, {total.currency.toUpperCase()}</RowHeading>
            <Sums of={total} />
          </Row>
        ))}
      </tfoot>
    </Table>
  )
}

function Sums({ of: { currency, before, after } }: { of: Past['totals'][number] }) {
  return [before, after].map((sum, at) => (
    <Cell key={at} end className="figures">
      <Money minor={sum.paidMinor} currency={currency} />
      <span className="block text-sm font-normal text-muted">
        {countText(sum.invoices)} {sum.invoices === 1 ? 'invoice' : 'invoices'}
      </span>
    </Cell>
  ))
}

function Nobodys({ codes }: { codes: readonly FoundCode[] }) {
  return (
    <Card>
      <CardTitle>Promotion codes at Stripe that are nobody’s</CardTitle>
      <CardText className="mb-4 max-w-prose">
        {codes.length > mostCodes ? `The latest ${mostCodes} of ${countText(codes.length)}. ` : ''}
        Say whose each is, or that it is the house’s own, before the past is brought in.
      </CardText>
      {codes.length > 0 ? (
        <ul className="flex flex-wrap gap-x-5 gap-y-2">
          {codes.slice(0, mostCodes).map(({ promotionCodeId, code, active }) => (
            <li key={promotionCodeId}>
              <Link
                className="font-mono break-all text-accent underline underline-offset-2"
                href={withQuery('/admin/codes/assign', { code: promotionCodeId, id: promotionCodeId })}
              >
                {code}
              </Link>
              {active ? null : <span className="text-sm text-muted"> paused or over</span>}
            </li>
          ))}
        </ul>
      ) : (
        <Empty title="None">Every promotion code at Stripe is an affiliate’s or the house’s.</Empty>
      )}
    </Card>
  )
}
