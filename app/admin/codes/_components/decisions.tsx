import { randomUUID } from 'node:crypto'
import { Consequences } from '@/components/consequences'
import { DecisionForm } from '@/components/decision-form'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { assignCode } from '@/lib/attribution/assign-code'
import { decideUnmatched, type UnmatchedCode } from '@/lib/attribution/decide-unmatched'
import { findDecision } from '@/lib/attribution/decision-queries'
import type { Person } from '@/lib/auth'
import type { FoundCode } from '@/lib/codes/find-at-stripe'
import { tryPreview } from '../../_components/try-preview'
import { assign, decideHouse } from '../actions'

/** What would be earned if a code at Stripe were an affiliate's. */
export async function AssignDecision({
  person,
  found,
  affiliateId,
}: {
  person: Person
  found: FoundCode
  affiliateId: string
}) {
  const { promotionCodeId } = found
  const tried = await tryPreview(person, (db) =>
    assignCode(person, found, { affiliateId, reason: 'a preview' }, db),
  )
  if ('problem' in tried) return <Notice tone="bad">{tried.problem}</Notice>
  return (
    <Card id="consequences">
      <CardTitle className="mb-3">What would change</CardTitle>
      <div className="space-y-5">
        <Consequences preview={tried.preview} />
        <DecisionForm
          action={assign}
          confirm="It is theirs"
          fields={{ [onceField]: randomUUID(), promotionCodeId, affiliateId }}
        />
      </div>
    </Card>
  )
}

/** What changes where a code becomes the house's own, or no longer is. */
export async function HouseDecision({
  person,
  about,
  code,
  kind,
}: {
  person: Person
  about: UnmatchedCode
  code: string
  kind: 'house' | 'open'
}) {
  const last = await findDecision(person, about)
  const tried = await tryPreview(person, (db) =>
    decideUnmatched(person, about, { kind, reason: 'a preview' }, db),
  )
  if ('problem' in tried) return <Notice tone="bad">{tried.problem}</Notice>
  return (
    <Card id="consequences">
      <CardTitle className="mb-3">
        {kind === 'house' ? `${code} is the house’s own` : `${code} is the house’s own no more`}
      </CardTitle>
      {kind === 'open' ? (
        <CardText className="mb-5">Who paid with it is in the unmatched list again.</CardText>
      ) : null}
      <div className="space-y-5">
        <Consequences preview={tried.preview} />
        <DecisionForm
          action={decideHouse}
          confirm={kind === 'house' ? 'It is the house’s' : 'Take it back'}
          fields={{ [onceField]: randomUUID(), ...about, kind, seen: String(last?.id ?? 0) }}
        />
      </div>
    </Card>
  )
}
