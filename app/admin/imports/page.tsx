import type { Metadata } from 'next'
import Link from 'next/link'
import { one, withQuery } from '@/app/_components/query'
import { countText } from '@/components/count'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { listImports, type Import } from '@/lib/imports/queries'
import { UploadCard } from '../_components/upload-card'
import { upload } from './actions'
import { stateWords } from './_components/words'

export const metadata: Metadata = { title: 'Coming from another product' }

type Query = Partial<Record<'cursor', string | string[]>>
const path = '/admin/imports'

const example = `handle,name,email,code,stripe_promotion_code,rate_bps,joined_on,opening_balance,currency,opening_payable_on
sofia,Sofia Lindholm,sofia@example.com,SOFIA-OLD,,2500,2024-03-01,"1,234.56",USD,2027-01-31
ravi,Ravi Patel,ravi@example.com,,promo_1Qabc,,,,,`

export default async function ImportsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const cursor = one((await searchParams).cursor)
  const { imports, nextCursor, previousCursor } = await listImports(person, { limit: 25, cursor })
  return (
    <>
      <PageHeading
        title="Coming from another product"
        lead="Affiliates, their codes and what they are still owed, from a file. Every row is checked before anything is taken in."
        aside={
          <Button asChild look="secondary">
            <Link href={`${path}/past`}>What Stripe has of the past</Link>
          </Button>
        }
      />
      <div className="space-y-6">
        {person.administrator.role === 'admin' ? (
          <UploadCard title="A file of affiliates" example={example} action={upload}>
            CSV with a row of headings, up to 10,000 rows: as Rewardful, Tolt, FirstPromoter and Dub export
            it, or your own. Which column says what is asked next.
          </UploadCard>
        ) : null}
        <Card className="py-3 sm:py-4">
          {imports.length > 0 ? (
            <Files imports={imports} />
          ) : (
            <Empty title="No file yet">The first one stands here with what became of it.</Empty>
          )}
        </Card>
      </div>
      <Pager
        first={cursor ? path : null}
        previous={previousCursor ? withQuery(path, { cursor: previousCursor }) : null}
        next={nextCursor ? withQuery(path, { cursor: nextCursor }) : null}
      />
    </>
  )
}

function Files({ imports }: { imports: readonly Import[] }) {
  return (
    <Table caption="Files of affiliates">
      <TableHead>
        <Column>File</Column>
        <Column wide>Uploaded</Column>
        <Column wide end>
          Taken in
        </Column>
        <Column end>State</Column>
      </TableHead>
      <tbody>
        {imports.map(({ id, name, uploadedAt, uploadedBy, rows, state }) => (
          <Row key={id}>
            <RowHeading
              href={`${path}/${id}`}
              below={
                <>
                  {countText(rows.done)} taken in, <Moment at={uploadedAt} />
                </>
              }
            >
              <span className="break-all">{name}</span>
            </RowHeading>
            <Cell wide className="text-muted">
              <Moment at={uploadedAt} />
              <span className="block text-sm break-all">{uploadedBy}</span>
            </Cell>
            <Cell wide end className="figures">
              {countText(rows.done)}
            </Cell>
            <Cell end>
              <Badge tone={stateWords[state].tone}>{stateWords[state].text}</Badge>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
