import type { Metadata } from 'next'
import { one, withQuery } from '@/app/_components/query'
import { countText } from '@/components/count'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { listBatches, type Batch } from '@/lib/codes/batch-queries'
import { UploadCard } from '../../_components/upload-card'
import { BatchState } from '../_components/batch-words'
import { CodeSections } from '../_components/sections'
import { upload } from '../actions'

export const metadata: Metadata = { title: 'Many codes at once' }

type Query = Partial<Record<'cursor', string | string[]>>
const path = '/admin/codes/batches'

const example = `affiliate,code,percent_off,amount_off,currency,duration,months,max_redemptions,expires_on,first_time_only
Ahmet,AHMET-SPRING,10,,,repeating,3,500,2027-06-30,no
sofia@example.com,SOFIA-VIP,,7.50,EUR,once,,,,yes`

export default async function BatchesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const cursor = one((await searchParams).cursor)
  const { batches, nextCursor, previousCursor } = await listBatches(person, { limit: 25, cursor })
  return (
    <>
      <PageHeading
        title="Many codes at once"
        lead="From a file. Every row is checked before anything is made, and has its own result afterwards."
      />
      <CodeSections current={path} />
      <div className="space-y-6">
        {person.administrator.role === 'admin' ? (
          <UploadCard title="A file of codes" example={example} action={upload}>
            CSV with a row of headings, up to 20,000 rows. An affiliate is named by handle, e-mail address or
            id; without a code it is their handle and what it gives.
          </UploadCard>
        ) : null}
        <Card className="py-3 sm:py-4">
          {batches.length > 0 ? (
            <Batches batches={batches} />
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

function Batches({ batches }: { batches: readonly Batch[] }) {
  return (
    <Table caption="Files of codes">
      <TableHead>
        <Column>File</Column>
        <Column wide>Uploaded</Column>
        <Column wide end>
          Made
        </Column>
        <Column wide end>
          Refused or failed
        </Column>
        <Column end>State</Column>
      </TableHead>
      <tbody>
        {batches.map((batch) => {
          const { id, name, uploadedAt, uploadedBy, rows, state } = batch
          return (
            <Row key={id}>
              <RowHeading
                href={`${path}/${id}`}
                below={
                  <>
                    {countText(rows.made)} made, {countText(rows.refused + rows.failed)} not,{' '}
                    <Moment at={uploadedAt} />
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
                {countText(rows.made)}
              </Cell>
              <Cell wide end className="figures">
                {countText(rows.refused + rows.failed)}
              </Cell>
              <Cell end>
                <BatchState state={state} />
              </Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
