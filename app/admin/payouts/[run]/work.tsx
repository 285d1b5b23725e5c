import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import type { Doing, RunWork } from '@/lib/payouts/run-work'
import { Progress } from '../_components/progress'

const underWay: Record<Doing, string> = {
  draft: 'Being drafted',
  redraw: 'Being drawn up again',
  approve: 'Being approved',
  void: 'The approval is being voided',
}

const undone: Record<Doing, string> = {
  draft: 'Nothing was drafted.',
  redraw: 'The draft is as it was.',
  approve: 'Nothing was approved.',
  void: 'The approval stands.',
}

/** How far work on a whole run is, or why it was given up. */
export function Work({ work }: { work: RunWork }) {
  if (work.state === 'under_way')
    return (
      <Card>
        <Progress title={underWay[work.doing]} done={work.share} moving />
      </Card>
    )
  return (
    <Notice tone="bad">
      {work.state === 'given_up' ? work.problem : 'It was interrupted.'} {undone[work.doing]}
    </Notice>
  )
}
