import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { DecisionForm } from '@/components/decision-form'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { onceField } from '@/lib/action-state'
import type { Actor } from '@/lib/actor'
import { listExemptions } from '@/lib/anomalies/exemption-queries'
import { ruleTitles } from '../../../_components/anomaly-words'
import { endExemption } from '../../actions'

interface ExemptionsProps {
  actor: Actor
  affiliateId: string
  mayDecide: boolean
  /** Which is asked about: a rule's name, or `all`. */
  ending: string | undefined
}

/** The rules that do not concern them, each with the way back; nothing where all do. */
export async function Exemptions({ actor, affiliateId, mayDecide, ending }: ExemptionsProps) {
  const standing = await listExemptions(actor, affiliateId)
  if (standing.length === 0) return null
  const path = `/admin/affiliates/${affiliateId}`
  return (
    <Card id="exemptions">
      <CardTitle>Exempt</CardTitle>
      <ul className="mt-1 divide-y divide-line">
        {standing.map(({ rule, reason, decidedBy, at }) => {
          const key = rule ?? 'all'
          const what = rule ? ruleTitles[rule] : 'Every rule'
          return (
            <li key={key} className="space-y-4 py-3">
              <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
                <p className="min-w-0">
                  {what}
                  <span className="block text-sm break-words text-muted">
                    “{reason}”, {decidedBy}, <DayTime value={at.toISOString().slice(0, 10)} />
                  </span>
                </p>
                {mayDecide && ending !== key ? (
                  <Button asChild look="secondary" size="small">
                    <Link href={`${withQuery(path, { end: key })}#exemptions`}>
                      End it<span className="sr-only">: {what}</span>
                    </Link>
                  </Button>
                ) : null}
              </div>
              {mayDecide && ending === key ? (
                <div className="space-y-4">
                  <CardText>
                    The rule concerns what is paid from now on; what was paid until now stays exempt.
                  </CardText>
                  <DecisionForm
                    action={endExemption}
                    confirm="End the exemption"
                    fields={{ [onceField]: randomUUID(), affiliateId, rule: key }}
                  />
                </div>
              ) : null}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
