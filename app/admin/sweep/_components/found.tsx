import { Empty } from '@/components/empty'
import { Pager, plainWords } from '@/components/pager'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { Finding } from '@/lib/intake/reconcile/queries'
import { Filters } from '../../_components/filters'
import { BarChoice, ListBar } from '../../_components/list-bar'
import type { findingList } from '../../_lists/sweep'

interface FoundProps {
  list: Awaited<ReturnType<typeof findingList.open>>
  kinds: readonly string[]
}

/** What was not right, narrowed and page by page. */
export function Found({ list: { filter, rows, here, csv, pages }, kinds }: FoundProps) {
  const { sweepId, verdict, kind } = filter
  const verdicts = [
    { verdict: undefined, text: 'All that was not right' },
    { verdict: 'unexplained', text: 'Unexplained' },
    { verdict: 'healed', text: 'Healed' },
  ] as const
  return (
    <div>
      <Filters
        label="What came of it"
        items={verdicts.map((each) => ({
          href: here({ verdict: each.verdict }),
          text: each.text,
          current: verdict === each.verdict,
        }))}
      />
      <ListBar
        path="/admin/sweep"
        keep={{ sweep: sweepId?.toString(), verdict }}
        csv={csv}
        all={kind ? here({ kind: undefined }) : null}
      >
        <BarChoice
          name="kind"
          label="Kind"
          value={kind}
          options={[
            { value: 'all', text: 'All' },
            ...kinds.map((each) => ({ value: each, text: each.replaceAll('_', ' ') })),
          ]}
        />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <Findings findings={rows} />
        ) : (
          <Empty title="Nothing">
            {verdict || kind
              ? 'The sweep found nothing like this.'
              : 'Everything that the sweep saw was right.'}
          </Empty>
        )}
      </Card>
      <Pager {...pages} words={plainWords} />
    </div>
  )
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <Table caption="Findings">
      <TableHead>
        <Column>Object</Column>
        <Column wide>What was found</Column>
        <Column end>Verdict</Column>
      </TableHead>
      <tbody>
        {findings.map(({ kind, objectId, verdict, sentence, paymentId }) => (
          <Row key={`${kind} ${objectId}`}>
            <RowHeading {...(paymentId ? { href: `/admin/commissions/${paymentId}` } : {})} below={sentence}>
              <span className="font-mono text-sm break-all">{objectId}</span>
            </RowHeading>
            <Cell wide className="text-muted">
              {sentence}
            </Cell>
            <Cell end>
              <Badge tone={verdict === 'healed' ? 'good' : 'bad'}>{verdict}</Badge>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
