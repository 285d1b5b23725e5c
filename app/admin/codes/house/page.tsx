import type { Metadata } from 'next'
import Link from 'next/link'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { listHouseCodes, type HouseCode } from '@/lib/attribution/house-queries'
import { requireAdministrator } from '@/lib/auth'
import { SettledAnew } from '../../_components/settled-anew'
import { HouseDecision } from '../_components/decisions'
import { CodeSections } from '../_components/sections'

export const metadata: Metadata = { title: 'The house’s own codes' }

type Query = Partial<Record<'back' | 'done', string | string[]>>
const path = '/admin/codes/house'

export default async function HousePage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const codes = await listHouseCodes(person)
  const back = codes.find(
    ({ promotionCodeId }) => promotionCodeId !== null && promotionCodeId === one(query.back),
  )
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
        <Card className="py-3 sm:py-4">
          {codes.length > 0 ? (
            <HouseCodes codes={codes} mayDecide={mayDecide} />
          ) : (
            <Empty title="None is known as the house’s">
              Make one in Stripe’s dashboard and name it here, before customers use it or afterwards.
            </Empty>
          )}
        </Card>
        {mayDecide && back?.promotionCodeId ? (
          <HouseDecision
            person={person}
            promotionCodeId={back.promotionCodeId}
            code={back.name ?? back.promotionCodeId}
            kind="open"
          />
        ) : null}
      </div>
    </>
  )
}

function HouseCodes({ codes, mayDecide }: { codes: readonly HouseCode[]; mayDecide: boolean }) {
  return (
    <Table caption="The house’s own codes">
      <TableHead>
        <Column>Code</Column>
        <Column wide>Why</Column>
        <Column wide>Since</Column>
        <Column end>Customers</Column>
        {mayDecide ? (
          <Column end>
            <span className="sr-only">Decide</span>
          </Column>
        ) : null}
      </TableHead>
      <tbody>
        {codes.map(({ promotionCodeId, couponId, name, reason, decidedAt, customers }) => (
          <Row key={promotionCodeId ?? couponId}>
            <RowHeading below={reason}>
              <span className="font-mono font-semibold break-all">{name ?? promotionCodeId ?? couponId}</span>
              <span className="mt-0.5 block font-mono text-sm break-all text-muted">
                {promotionCodeId ?? couponId}
              </span>
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
            {mayDecide ? (
              <Cell end>
                {promotionCodeId ? (
                  <Link
                    className="text-sm text-accent underline underline-offset-2"
                    href={`${withQuery(path, { back: promotionCodeId })}#consequences`}
                  >
                    Take back<span className="sr-only"> {name}</span>
                  </Link>
                ) : null}
              </Cell>
            ) : null}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
