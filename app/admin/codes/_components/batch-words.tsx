import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { Batch, RowState } from '@/lib/codes/batch-queries'

const states: Record<Batch['state'], { text: string; tone: BadgeTone }> = {
  checked: { text: 'Waits for you', tone: 'wait' },
  running: { text: 'Being made', tone: 'wait' },
  done: { text: 'Done', tone: 'good' },
  discarded: { text: 'Left unmade', tone: 'plain' },
}

export function BatchState({ state }: { state: Batch['state'] }) {
  return <Badge tone={states[state].tone}>{states[state].text}</Badge>
}

export const rowWords: Record<RowState, { text: string; tone: BadgeTone }> = {
  refused: { text: 'Refused', tone: 'bad' },
  ready: { text: 'Ready', tone: 'plain' },
  making: { text: 'Being made', tone: 'wait' },
  made: { text: 'Made', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
}

export function RowStateBadge({ state }: { state: RowState }) {
  return <Badge tone={rowWords[state].tone}>{rowWords[state].text}</Badge>
}
