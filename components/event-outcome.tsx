import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { EventOutcome } from '@/lib/intake/queries'

export const outcomeWords: Record<EventOutcome, { text: string; tone: BadgeTone }> = {
  settled: { text: 'Settled', tone: 'good' },
  recorded: { text: 'Recorded', tone: 'plain' },
  ignored: { text: 'Ignored', tone: 'plain' },
  waiting: { text: 'Waiting', tone: 'wait' },
  unmatched: { text: 'Unmatched', tone: 'wait' },
  quarantined: { text: 'Quarantined', tone: 'bad' },
  working: { text: 'In work', tone: 'wait' },
}

export function EventOutcomeBadge({ outcome }: { outcome: EventOutcome }) {
  const { text, tone } = outcomeWords[outcome]
  return <Badge tone={tone}>{text}</Badge>
}

/** How long an event took, or that it is not done. */
export function delayText({ delayMs, attempts }: { delayMs: number | null; attempts: number }): string {
  if (delayMs === null) return 'not yet'
  return attempts === 0 ? 'at once' : durationText(delayMs)
}

/** `180 ms`, `2.4 s`, `3 min`, `2 h` */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`
  return `${Math.round(milliseconds / 3_600_000)} h`
}
