import type { Metadata } from 'next'
import Link from 'next/link'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { FileTable } from '../_components/file-table'
import { ListBar } from '../_components/list-bar'
import { UploadCard } from '../_components/upload-card'
import type { ListQuery } from '../_lists/console-list'
import { importList } from '../_lists/files'
import { upload } from './actions'
import { stateWords } from './_components/words'

export const metadata: Metadata = { title: 'Coming from another product' }

const { path } = importList

const example = `handle,name,email,code,stripe_promotion_code,rate_bps,joined_on,opening_balance,currency,opening_payable_on
sofia,Sofia Lindholm,sofia@example.com,SOFIA-OLD,,2500,2024-03-01,"1,234.56",USD,2027-01-31
ravi,Ravi Patel,ravi@example.com,,promo_1Qabc,,,,,`

export default async function ImportsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { rows, csv, pages } = await importList.open(person, await searchParams)
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
        <div>
          <ListBar path={path} csv={csv} />
          <Card className="py-3 sm:py-4">
            {rows.length > 0 ? (
              <FileTable
                caption="Files of affiliates"
                path={path}
                counts={[{ heading: 'Taken in', word: 'taken in' }]}
                files={rows.map((file) => ({
                  ...file,
                  counts: [file.rows.done],
                  state: <Badge tone={stateWords[file.state].tone}>{stateWords[file.state].text}</Badge>,
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
