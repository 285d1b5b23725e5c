import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { AffiliateStatusBadge } from '@/components/affiliate-status'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { listAffiliates, type AffiliateSummary } from '@/lib/affiliates/queries'
import { requireAdministrator } from '@/lib/auth'
import { formatRate } from '@/lib/money'
import { Filters } from '../_components/filters'
import { ListSearch } from '../_components/list-search'

export const metadata: Metadata = { title: 'Affiliates' }

type Query = Partial<Record<'q' | 'status' | 'cursor', string | string[]>>

const statuses = [
  { status: 'applied', text: 'Applied' },
  { status: 'active', text: 'Active' },
  { status: 'suspended', text: 'Suspended' },
  { status: 'closed', text: 'Closed' },
] as const

export default async function AffiliatesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const search = one(query.q)
  const cursor = one(query.cursor)
  const status = oneOf(
    query.status,
    statuses.map((each) => each.status),
  )
  const page = await listAffiliates(person, { limit: 25, search, status, cursor })
  const here = (changes: Record<string, string | null>) =>
    withQuery('/admin/affiliates', { q: search, status, ...changes })
  return (
    <>
      <PageHeading
        title="Affiliates"
        lead="Everybody with a code, the newest first."
        aside={
          <ListSearch
            path="/admin/affiliates"
            label="Name, handle or e-mail address"
            placeholder="Name, handle or e-mail"
            search={search}
          />
        }
      />
      <Filters
        label="Status"
        items={[
          { href: here({ status: null }), text: 'All', current: status === undefined },
          ...statuses.map((each) => ({
            href: here({ status: each.status }),
            text: each.text,
            current: status === each.status,
          })),
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.affiliates.length > 0 ? (
          <AffiliateTable affiliates={page.affiliates} />
        ) : search ? (
          <Empty title={`Nobody matches “${search}”`}>
            Names, handles and e-mail addresses are searched.
          </Empty>
        ) : status ? (
          <Empty title="Nobody stands like this">Nobody has this status at the moment.</Empty>
        ) : (
          <Empty title="No affiliates yet">
            Whoever joins through the sign-up page appears here at once.
          </Empty>
        )}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
      />
    </>
  )
}

function AffiliateTable({ affiliates }: { affiliates: readonly AffiliateSummary[] }) {
  return (
    <Table caption="Affiliates">
      <TableHead>
        <Column>Name</Column>
        <Column wide>Code</Column>
        <Column wide>E-mail</Column>
        <Column wide>Since</Column>
        <Column wide end>
          Rate
        </Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {affiliates.map(({ id, displayName, email, codes, createdAt, rateBps, status }) => (
          <Row key={id}>
            <RowHeading
              href={`/admin/affiliates/${id}`}
              below={
                <>
                  <span className="block font-mono text-ink">{codes[0]?.code ?? 'no code yet'}</span>
                  <span className="block break-all">{email}</span>
                </>
              }
            >
              {displayName}
            </RowHeading>
            <Cell wide className="font-mono">
              {codes[0]?.code ?? <span className="font-sans text-muted">none yet</span>}
            </Cell>
            <Cell wide className="max-w-60 truncate text-muted">
              {email}
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={createdAt.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide end className="figures text-muted">
              {formatRate(rateBps)}
            </Cell>
            <Cell end>
              <AffiliateStatusBadge status={status} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
