import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import { notFound } from 'next/navigation'
import { one, oneOf } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { countText } from '@/components/count'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { onceField } from '@/lib/action-state'
import { requireAdministrator } from '@/lib/auth'
import { getBatch, listBatchRows, type Batch, type RowState } from '@/lib/codes/batch-queries'
import { FileRows } from '../../../_components/file-rows'
import { Progress } from '../../../payouts/_components/progress'
import { BatchRows } from '../../_components/batch-rows'
import { BatchState, rowWords } from '../../_components/batch-words'
import { findOrNone } from '../../_components/find-or-none'
import { decideBatch } from '../../actions'

export const metadata: Metadata = { title: 'A file of codes' }

type Query = Partial<Record<'state' | 'cursor', string | string[]>>
const shown = ['refused', 'failed', 'ready', 'making', 'made'] as const

export default async function BatchPage(props: {
  params: Promise<{ batch: string }>
  searchParams: Promise<Query>
}) {
  const person = await requireAdministrator()
  const { batch: id } = await props.params
  const query = await props.searchParams
  const [state, cursor] = [oneOf(query.state, shown), one(query.cursor)]
  const batch = await findOrNone(getBatch(person, id))
  if (!batch) notFound()
  const page = await listBatchRows(person, { batchId: id, state, cursor, limit: 50 })
  return (
    <>
      <PageHeading
        back={{ href: '/admin/codes/batches', label: 'Many codes at once' }}
        title={<span className="break-all">{batch.name}</span>}
        lead={
          <>
            Uploaded <Moment at={batch.uploadedAt} /> by <span className="break-all">{batch.uploadedBy}</span>
          </>
        }
        aside={<BatchState state={batch.state} />}
      />
      <div className="space-y-6">
        <Decide batch={batch} may={person.administrator.role === 'admin'} />
        <FileRows
          path={`/admin/codes/batches/${id}`}
          counts={batch.rows}
          shown={shown}
          words={rowWords}
          state={state}
          cursor={cursor}
          page={page}
        >
          <BatchRows rows={page.rows} />
        </FileRows>
      </div>
    </>
  )
}

function Decide({ batch, may }: { batch: Batch; may: boolean }) {
  const { id, state, rows } = batch
  const made: RowState[] = ['made', 'failed']
  const ended = made.reduce((sum, each) => sum + rows[each], 0)
  return (
    <Card>
      <CardTitle>{titles[state]}</CardTitle>
      <CardText className="mb-5">{sentence(batch)}</CardText>
      {state === 'checked' ? null : (
        <Progress
          done={ended}
          all={ended + rows.ready + rows.making}
          moving={state === 'running'}
          title={state === 'running' ? 'Being made at Stripe' : 'Made or failed'}
        />
      )}
      <div className="mt-5 flex flex-wrap items-start gap-3">
        {may && state === 'checked' && rows.ready > 0 ? (
          <ActionButton
            action={decideBatch}
            fields={{ batchId: id, decision: 'start', [onceField]: randomUUID() }}
          >
            Make {countText(rows.ready)} {rows.ready === 1 ? 'code' : 'codes'}
          </ActionButton>
        ) : null}
        {may && (state === 'checked' || state === 'running') ? (
          <ActionButton
            action={decideBatch}
            fields={{ batchId: id, decision: 'discard', [onceField]: randomUUID() }}
            look="secondary"
          >
            {state === 'checked' ? 'Make none of them' : 'Leave the rest unmade'}
          </ActionButton>
        ) : null}
        <Button asChild look="secondary">
          <a href={`/admin/codes/batches/${id}/results.csv`} download>
            Results as CSV
          </a>
        </Button>
      </div>
    </Card>
  )
}

const titles: Record<Batch['state'], string> = {
  checked: 'Checked, and nothing made yet',
  running: 'Being made',
  done: 'Done',
  discarded: 'Left unmade',
}

function sentence({ state, rows }: Batch): string {
  const refused = rows.refused === 1 ? '1 row was refused' : `${countText(rows.refused)} rows were refused`
  const ready = `${countText(rows.ready)} can be made at Stripe`
  if (state === 'checked') return `${ready}; ${refused}, each with its reason below.`
  const failed = rows.failed > 0 ? `, ${countText(rows.failed)} failed` : ''
  const rest = state === 'running' ? ' It goes on by itself, also after a restart.' : ''
  return `${countText(rows.made)} made${failed}; ${refused} before anything was made.${rest}`
}
