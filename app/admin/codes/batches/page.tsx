import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { FileTable } from '../../_components/file-table'
import { ListBar } from '../../_components/list-bar'
import { UploadCard } from '../../_components/upload-card'
import type { ListQuery } from '../../_lists/console-list'
import { batchList } from '../../_lists/files'
import { BatchState } from '../_components/batch-words'
import { CodeSections } from '../_components/sections'
import { upload } from '../actions'

export const metadata: Metadata = { title: 'Many codes at once' }

const path = '/admin/codes/batches'

const example = `affiliate,code,percent_off,amount_off,currency,duration,months,max_redemptions,expires_on,first_time_only
Ahmet,AHMET-SPRING,10,,,repeating,3,500,2027-06-30,no
sofia@example.com,SOFIA-VIP,,7.50,EUR,once,,,,yes`

export default async function BatchesPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { rows, csv, pages } = await batchList.open(person, await searchParams)
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
        <div>
          <ListBar path={path} csv={csv} />
          <Card className="py-3 sm:py-4">
            {rows.length > 0 ? (
              <FileTable
                caption="Files of codes"
                path={path}
                counts={[
                  { heading: 'Made', word: 'made' },
                  { heading: 'Refused or failed', word: 'not' },
                ]}
                files={rows.map((batch) => ({
                  ...batch,
                  counts: [batch.rows.made, batch.rows.refused + batch.rows.failed],
                  state: <BatchState state={batch.state} />,
                }))}
              />
            ) : (
              <Empty title="No file yet">The first one stands here with what became of it.</Empty>
            )}
          </Card>
        </div>
      </div>
      <Pager {...pages} />
    </>
  )
}
