import type { Metadata } from 'next'
import { one, withQuery } from '@/app/_components/query'
import { CodeGives, CodeStatus, codeUsed } from '@/components/code-words'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { listCodes, type CodeOfAffiliate } from '@/lib/codes/queries'
import { Filters } from '../_components/filters'
import { ListSearch } from '../_components/list-search'

export const metadata: Metadata = { title: 'Codes' }

type Query = Partial<Record<'q' | 'drift' | 'cursor', string | string[]>>

export default async function CodesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [search, cursor] = [one(query.q), one(query.cursor)]
  const drifted = one(query.drift) === 'yes'
  const page = await listCodes(person, { limit: 25, search, cursor, drifted })
  const here = (changes: Record<string, string | null>) =>
    withQuery('/admin/codes', { q: search, drift: drifted ? 'yes' : null, ...changes })
  return (
    <>
      <PageHeading
        title="Codes"
        lead="Each is a promotion code on a coupon of its own at Stripe. Where Stripe says something else than we do, it stands here."
        aside={
          <ListSearch
            path="/admin/codes"
            label="Part of a code"
            placeholder="Part of a code"
            search={search}
          />
        }
      />
      <Filters
        label="Which"
        items={[
          { href: here({ drift: null }), text: 'All', current: !drifted },
          { href: here({ drift: 'yes' }), text: 'To be looked at', current: drifted },
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.codes.length > 0 ? (
          <Codes codes={page.codes} />
        ) : (
          <Empty title="No code like this">
            {drifted
              ? 'Stripe says of every code what we say.'
              : 'Whoever joins gets theirs at once, and it stands here.'}
          </Empty>
        )}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
      />
    </>
  )
}

function Codes({ codes }: { codes: readonly CodeOfAffiliate[] }) {
  return (
    <Table caption="Codes">
      <TableHead>
        <Column>Code</Column>
        <Column wide>Affiliate</Column>
        <Column wide>Gives</Column>
        <Column wide end>
          Used
        </Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {codes.map((code) => (
          <Row key={code.code}>
            <RowHeading
              href={`/admin/affiliates/${code.affiliateId}`}
              below={
                <>
                  {code.affiliateName}, <CodeGives code={code} />
                </>
              }
            >
              <span className="font-mono font-semibold break-all">{code.code}</span>
              {(code.drift ?? code.provisionError) ? (
                <span className="mt-1 block max-w-prose text-sm font-normal text-minus">
                  {code.drift ?? code.provisionError}
                </span>
              ) : null}
            </RowHeading>
            <Cell wide>{code.affiliateName}</Cell>
            <Cell wide className="text-muted">
              <CodeGives code={code} />
            </Cell>
            <Cell wide end className="figures">
              {codeUsed(code)}
            </Cell>
            <Cell end>
              <CodeStatus status={code.status} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
