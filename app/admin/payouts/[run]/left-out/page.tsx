import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { one } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { leftOutText } from '@/components/payout-words'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { listLeftOut } from '@/lib/payouts/run-queries'

export const metadata: Metadata = { title: 'Left out' }

const mostRows = 500

export default async function LeftOutPage({ params }: { params: Promise<{ run: string }> }) {
  const person = await requireAdministrator()
  const runId = one((await params).run)
  if (runId === undefined) notFound()
  const rows = await listLeftOut(person, { runId, limit: mostRows })
  return (
    <>
      <PageHeading
        back={{ href: `/admin/payouts/${runId}`, label: 'The run' }}
        title="Left out"
        lead="Who has something due and is not in this run, with the reason. What they are owed stays owed."
      />
      <Card className="py-3 sm:py-4">
        {rows.length === 0 ? (
          <Empty title="Nobody is left out">Everybody with something due is in this run.</Empty>
        ) : (
          <Table caption="Left out of the run">
            <TableHead>
              <Column>Affiliate</Column>
              <Column wide>Reason</Column>
              <Column end>Due</Column>
            </TableHead>
            <tbody>
              {rows.map(({ affiliateId, displayName, currency, balanceMinor, reason }) => (
                <Row key={`${affiliateId} ${currency}`}>
                  <RowHeading href={`/admin/affiliates/${affiliateId}`} below={leftOutText(reason)}>
                    {displayName}
                  </RowHeading>
                  <Cell wide className="text-muted">
                    {leftOutText(reason)}
                  </Cell>
                  <Cell end>
                    <Money minor={balanceMinor} currency={currency} />
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
      {rows.length === mostRows ? (
        <p className="mt-4 text-sm text-muted">The first {mostRows}, the largest amounts first.</p>
      ) : null}
    </>
  )
}
