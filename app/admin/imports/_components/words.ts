import type { BadgeTone } from '@/components/ui/badge'
import type { Import, ImportPlan, ImportRowState } from '@/lib/imports/queries'

export const stateWords: Record<Import['state'], { text: string; tone: BadgeTone }> = {
  mapping: { text: 'Name its columns', tone: 'wait' },
  checked: { text: 'Waits for you', tone: 'wait' },
  running: { text: 'Being taken in', tone: 'wait' },
  done: { text: 'Done', tone: 'good' },
  discarded: { text: 'Left', tone: 'plain' },
}

export const rowWords: Record<ImportRowState, { text: string; tone: BadgeTone }> = {
  read: { text: 'Read', tone: 'plain' },
  refused: { text: 'Refused', tone: 'bad' },
  ready: { text: 'Ready', tone: 'plain' },
  done: { text: 'Taken in', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
}

export const planWords: Record<ImportPlan, string> = {
  make: 'made at Stripe',
  assign: 'at Stripe already',
  none: 'as it is',
}
