import { Moment } from '@/components/time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { TermsVersionSummary } from '@/lib/programme/terms-queries'
import { DifferenceTable } from './difference-table'
import { differences } from './words'

const states: Record<TermsVersionSummary['state'], { text: string; tone: BadgeTone }> = {
  scheduled: { text: 'From then on', tone: 'wait' },
  in_force: { text: 'In force', tone: 'good' },
  past: { text: 'Past', tone: 'plain' },
  replaced: { text: 'Replaced before it counted', tone: 'plain' },
}

interface HistoryProps {
  versions: readonly TermsVersionSummary[]
  nothing: string
  groupName: (id: string) => string
}

/** Every version, the latest to take effect first, with what it changed. */
export function History({ versions, nothing, groupName }: HistoryProps) {
  return (
    <Card>
      <CardTitle>Versions</CardTitle>
      {versions.length === 0 ? <CardText>None of their own yet.</CardText> : null}
      <ol className="mt-2">
        {versions.map((version) => (
          <li key={version.id} className="border-b border-line py-5 last:border-0 last:pb-0">
            <Version version={version} nothing={nothing} groupName={groupName} />
          </li>
        ))}
      </ol>
    </Card>
  )
}

function Version({
  version,
  nothing,
  groupName,
}: { version: TermsVersionSummary } & Pick<HistoryProps, 'nothing' | 'groupName'>) {
  const { state, effectiveFrom, reachesBack, recordedAt, recordedBy, reason, former, values } = version
  const changed = former === null ? [] : differences(former, values, groupName)
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">{reachesBack ? 'Since the beginning' : <Moment at={effectiveFrom} />}</h3>
        <Badge tone={states[state].tone}>{states[state].text}</Badge>
      </div>
      <p className="mt-1 text-sm break-words text-muted">
        Written down <Moment at={recordedAt} /> by {recordedBy}
        {reason ? `: ${reason}` : '.'}
      </p>
      {changed.length > 0 ? (
        <div className="mt-2">
          <DifferenceTable differences={changed} nothing={nothing} />
        </div>
      ) : null}
    </>
  )
}
