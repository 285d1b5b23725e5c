import type { Metadata } from 'next'
import Link from 'next/link'
import { one } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { DecidedCode } from '@/lib/attribution/house-queries'
import { requireAdministrator } from '@/lib/auth'
import { BarField, ListBar } from '../../_components/list-bar'
import { SettledAnew } from '../../_components/settled-anew'
import { houseList } from '../../_lists/codes'
import type { ListQuery } from '../../_lists/console-list'
import { HouseDecision } from '../_components/decisions'
import { CodeSections } from '../_components/sections'

export const metadata: Metadata = { title: 'The house’s own codes' }

const path = '/admin/codes/house'

export default async function HousePage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const { filter, rows, here, csv, pages } = await houseList.open(person, query)
  const { search } = filter
  const back = rows.find(({ id }) => id === one(query.back))
  const mayDecide = person.administrator.role === 'admin'
  return (
    <>
      <PageHeading
        title="The house’s own codes"
        lead="A sale, a newsletter, a favour: customers pay less with them, and nobody earns a commission."
        aside={
          mayDecide ? (
            <Button asChild look="secondary">
              <Link href="/admin/codes/assign">Name one</Link>
            </Button>
          ) : null
        }
      />
      <CodeSections current={path} />
      <div className="space-y-6">
        {one(query.done) ? <SettledAnew person={person} what="Payments that carried the code are" /> : null}
        <div>
          <ListBar path={path} csv={csv} all={search ? here({ q: undefined }) : null}>
            {rows.length > 0 || search ? (
              <BarField name="q" label="Code or id" defaultValue={search} />
            ) : null}
          </ListBar>
          <Card className="py-3 sm:py-4">
            {rows.length > 0 ? (
              <HouseCodes
                codes={rows}
                decide={mayDecide ? (id) => `${here({ back: id })}#consequences` : null}
              />
            ) : search ? (
              <Empty title="None like this">No code of the house’s is called so.</Empty>
            ) : (
              <Empty title="None is known as the house’s">
                Make one in Stripe’s dashboard and name it here, before customers use it or afterwards.
              </Empty>
            )}
          </Card>
        </div>
        {mayDecide && back ? (
          <HouseDecision person={person} about={back.about} code={back.name ?? back.id} kind="open" />
        ) : null}
      </div>
      <Pager {...pages} />
    </>
  )
}

function HouseCodes({
  codes,
  decide,
}: {
  codes: readonly DecidedCode[]
  /** Where one is taken back; null: they may only look. */
  decide: ((id: string) => string) | null
}) {
  return (
    <Table caption="The house’s own codes">
      <TableHead>
        <Column>Code</Column>
        <Column wide>Why</Column>
        <Column wide>Since</Column>
        <Column end>Customers</Column>
        {decide ? (
          <Column end>
            <span className="sr-only">Decide</span>
          </Column>
        ) : null}
      </TableHead>
      <tbody>
        {codes.map(({ id, name, reason, decidedAt, customers }) => (
          <Row key={id}>
            <RowHeading below={reason}>
              <span className="font-mono font-semibold break-all">{name ?? id}</span>
              <span className="mt-0.5 block font-mono text-sm break-all text-muted">{id}</span>
            </RowHeading>
            <Cell wide className="max-w-72 text-muted">
              {reason}
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={decidedAt.toISOString().slice(0, 10)} />
            </Cell>
            <Cell end className="figures">
              {customers}
            </Cell>
            {decide ? (
              <Cell end>
                <Link className="text-sm text-accent underline underline-offset-2" href={decide(id)}>
                  Take back<span className="sr-only"> {name}</span>
                </Link>
              </Cell>
            ) : null}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
