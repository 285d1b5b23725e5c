import type { Metadata } from 'next'
import { AffiliateStatusBadge } from '@/components/affiliate-status'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead, type ColumnSort } from '@/components/ui/table'
import { listEarnedCurrencies, type AffiliateSort, type ListedAffiliate } from '@/lib/affiliates/queries'
import { requireAdministrator } from '@/lib/auth'
import { formatRate } from '@/lib/money'
import { Filters } from '../_components/filters'
import { BarChoice, BarCurrency, BarField, ListBar } from '../_components/list-bar'
import { affiliateList, affiliateStates } from '../_lists/affiliates'
import { orderedBy, type ListQuery } from '../_lists/console-list'

export const metadata: Metadata = { title: 'Affiliates' }

const orders: { value: AffiliateSort; text: string }[] = [
  { value: 'newest', text: 'Newest first' },
  { value: 'oldest', text: 'Oldest first' },
  { value: 'name', text: 'By name' },
  { value: 'name_last', text: 'By name, from Z' },
  { value: 'earned_most', text: 'Earned most first' },
  { value: 'earned_least', text: 'Earned least first' },
]

export default async function AffiliatesPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, here, csv, pages } = await affiliateList.open(person, await searchParams)
  const { search, status, currency, sort = 'newest' } = filter
  const currencies = await listEarnedCurrencies(person)
  return (
    <>
      <PageHeading
        title="Affiliates"
        lead={
          sort.startsWith('earned') && currency
            ? `Everybody who has earned in ${currency.toUpperCase()}, by what was ever theirs.`
            : 'Everybody with a code.'
        }
      />
      <Filters
        label="Status"
        items={[
          { href: here({ status: undefined }), text: 'All', current: status === undefined },
          ...affiliateStates.map((each) => ({
            href: here({ status: each.status }),
            text: each.text,
            current: status === each.status,
          })),
        ]}
      />
      <ListBar
        path={affiliateList.path}
        keep={{ status }}
        csv={csv}
        all={
          search || (currency && !sort.startsWith('earned'))
            ? here({ q: undefined, currency: undefined })
            : null
        }
      >
        <BarField
          name="q"
          label="Name, handle, e-mail address or code"
          placeholder="Sofia, SOFIA5, sofia@…"
          defaultValue={search}
        />
        <BarCurrency currencies={currencies} value={currency} />
        <BarChoice name="order" label="Order" value={sort} options={orders} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <AffiliateTable affiliates={rows} by={orderedBy<AffiliateSort>(here, sort, 'newest')} />
        ) : search ? (
          <Empty title={`Nobody matches “${search}”`}>
            Names, handles, e-mail addresses and codes are searched.
          </Empty>
        ) : status ? (
          <Empty title="Nobody stands like this">Nobody has this status at the moment.</Empty>
        ) : (
          <Empty title="No affiliates yet">
            Whoever joins through the sign-up page appears here at once.
          </Empty>
        )}
      </Card>
      <Pager {...pages} words={sort === 'newest' ? undefined : plainWords} />
    </>
  )
}

interface AffiliateTableProps {
  affiliates: readonly ListedAffiliate[]
  by: (descending: AffiliateSort, ascending: AffiliateSort, first?: AffiliateSort) => ColumnSort
}

function AffiliateTable({ affiliates, by }: AffiliateTableProps) {
  return (
    <Table caption="Affiliates">
      <TableHead>
        <Column sort={by('name_last', 'name', 'name')}>Name</Column>
        <Column wide>Code</Column>
        <Column wide>E-mail</Column>
        <Column wide sort={by('newest', 'oldest')}>
          Since
        </Column>
        <Column wide end sort={by('earned_most', 'earned_least')}>
          Earned
        </Column>
        <Column wide end>
          Rate
        </Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {affiliates.map(({ id, displayName, email, codes, createdAt, rateBps, status, earned }) => (
          <Row key={id}>
            <RowHeading
              href={`/admin/affiliates/${id}`}
              below={
                <>
                  <span className="block font-mono text-ink">{codes[0]?.code ?? 'no code yet'}</span>
                  <span className="block break-all">{email}</span>
                  {earned.map((each) => (
                    <span key={each.currency} className="block">
                      earned <Money minor={each.minor} currency={each.currency} />
                    </span>
                  ))}
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
            <Cell wide end>
              {earned.length === 0 ? <span className="text-muted">—</span> : null}
              {earned.map((each) => (
                <span key={each.currency} className="block">
                  <Money minor={each.minor} currency={each.currency} />
                </span>
              ))}
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
