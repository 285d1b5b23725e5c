import type { Metadata } from 'next'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { BarChoice, ListBar } from '../../_components/list-bar'
import type { ListQuery } from '../../_lists/console-list'
import { debtList } from '../../_lists/payouts'

export const metadata: Metadata = { title: 'Debts' }

const standings = [
  { value: 'all', text: 'Everybody' },
  { value: 'active', text: 'Active' },
  { value: 'suspended', text: 'Suspended' },
  { value: 'closed', text: 'Closed' },
]

export default async function DebtsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows: debts, csv, pages } = await debtList.open(person, await searchParams)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/payouts', label: 'Payouts' }}
        title="Debts"
        lead="Refunds after a payout. Each is carried until later commissions have paid it; nothing is pulled back from anybody’s account."
      />
      <ListBar path={debtList.path} keep={{ currency: filter.currency }} csv={csv}>
        <BarChoice name="status" label="Of whom" value={filter.status} options={standings} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {debts.length === 0 ? (
          <Empty title="Nobody owes anything">A refund after a payout would stand here.</Empty>
        ) : (
          <Table caption="Affiliates who owe something">
            <TableHead>
              <Column>Affiliate</Column>
              <Column wide end>
                Still to come
              </Column>
              <Column wide end>
                Payable elsewhere
              </Column>
              <Column end>Owes</Column>
            </TableHead>
            <tbody>
              {debts.map((debt) => (
                <Row key={`${debt.affiliateId} ${debt.currency}`}>
                  <RowHeading
                    href={withQuery(`/admin/payouts/debts/${debt.affiliateId}`, { currency: debt.currency })}
                    below={
                      <>
                        <Money minor={debt.comingMinor} currency={debt.currency} /> still to come
                      </>
                    }
                  >
                    {debt.displayName} {debt.status === 'closed' ? <Badge tone="bad">Closed</Badge> : null}
                  </RowHeading>
                  <Cell wide end className="text-muted">
                    <Money minor={debt.comingMinor} currency={debt.currency} />
                  </Cell>
                  <Cell wide end className="text-muted">
                    {debt.elsewhere.length === 0 ? '—' : null}
                    {debt.elsewhere.map(({ currency, payableMinor }) => (
                      <span key={currency} className="block">
                        <Money minor={payableMinor} currency={currency} />
                      </span>
                    ))}
                  </Cell>
                  <Cell end>
                    <Money minor={-debt.debtMinor} currency={debt.currency} />
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
      <Pager {...pages} words={plainWords} />
    </>
  )
}
