import type { Metadata } from 'next'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import type { ReservedWord } from '@/lib/codes/reserved-words'
import { BarField, ListBar } from '../../_components/list-bar'
import { reservedList } from '../../_lists/codes'
import type { ListQuery } from '../../_lists/console-list'
import { ReserveForm } from '../_components/reserve-form'
import { CodeSections } from '../_components/sections'
import { release, reserve } from '../actions'

export const metadata: Metadata = { title: 'Reserved words' }

export default async function ReservedPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const { filter, rows, here, csv, pages } = await reservedList.open(person, query)
  const { search } = filter
  const mayDecide = person.administrator.role === 'admin'
  return (
    <>
      <PageHeading
        title="Reserved words"
        lead="Nobody gets them at sign-up, neither as a handle nor as a code. You can still give them to whom you like."
      />
      <CodeSections current="/admin/codes/reserved" />
      <div className="space-y-6">
        {one(query.done) ? <Notice tone="good">Done.</Notice> : null}
        {mayDecide ? (
          <Card>
            <CardTitle>Reserve a word</CardTitle>
            <CardText className="mb-4">
              Your brand, a competitor’s, a person who is to join later. Who has it already keeps it.
            </CardText>
            <ReserveForm action={reserve} />
          </Card>
        ) : null}
        <div>
          <ListBar path={reservedList.path} csv={csv} all={search ? here({ q: undefined }) : null}>
            {rows.length > 0 || search ? <BarField name="q" label="Word" defaultValue={search} /> : null}
          </ListBar>
          <Card className="py-3 sm:py-4">
            {rows.length > 0 ? (
              <Words words={rows} mayDecide={mayDecide} />
            ) : search ? (
              <Empty title="No word like this">It can be had at sign-up, if nobody has it yet.</Empty>
            ) : (
              <Empty title="No word is reserved by you">
                Words such as admin, support and free are never given away.
              </Empty>
            )}
          </Card>
        </div>
      </div>
      <Pager {...pages} words={plainWords} />
    </>
  )
}

function Words({ words, mayDecide }: { words: readonly ReservedWord[]; mayDecide: boolean }) {
  return (
    <Table caption="Reserved words">
      <TableHead>
        <Column>Word</Column>
        <Column wide>Why</Column>
        <Column wide>Since</Column>
        {mayDecide ? (
          <Column end>
            <span className="sr-only">Release</span>
          </Column>
        ) : null}
      </TableHead>
      <tbody>
        {words.map(({ word, anywhere, reason, reservedAt }) => (
          <Row key={word}>
            <RowHeading below={reason}>
              <span className="font-mono font-semibold break-all">{word}</span>
              <span className="block text-sm text-muted">
                {anywhere ? 'also inside other words' : 'the whole word'}
              </span>
            </RowHeading>
            <Cell wide className="text-muted">
              {reason}
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={reservedAt.toISOString().slice(0, 10)} />
            </Cell>
            {mayDecide ? (
              <Cell end>
                <ActionButton
                  action={release}
                  fields={{ word }}
                  look="secondary"
                  size="small"
                  label={`Release ${word}`}
                >
                  Release
                </ActionButton>
              </Cell>
            ) : null}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
