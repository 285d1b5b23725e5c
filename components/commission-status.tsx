import { Badge, type BadgeTone } from '@/components/ui/badge'

const words: Record<string, { text: string; tone: BadgeTone }> = {
  unattributed: { text: 'Nobody’s', tone: 'plain' },
  not_earning: { text: 'Earns nothing', tone: 'plain' },
  awaiting_basis: { text: 'Waits for the invoice', tone: 'wait' },
  awaiting_fee: { text: 'Waits for the fee', tone: 'wait' },
  settled: { text: 'Settled', tone: 'good' },
  held: { text: 'Held', tone: 'wait' },
  void: { text: 'Void', tone: 'bad' },
}

/** What became of a payment, in words; `reversed` tells a settled one of which something was taken back. */
export function CommissionStatus({
  status,
  reversed,
  feeOverdue,
}: {
  status: string
  reversed?: 'part' | 'all' | null
  feeOverdue?: boolean
}) {
  if (feeOverdue) return <Badge tone="bad">Fee overdue</Badge>
  if (status === 'settled' && reversed === 'all') return <Badge tone="bad">Taken back</Badge>
  if (status === 'settled' && reversed === 'part') return <Badge tone="good">Settled, part taken back</Badge>
  const known = words[status] ?? { text: status, tone: 'plain' as const }
  return <Badge tone={known.tone}>{known.text}</Badge>
}

/** How much of a commission was taken back. */
export function reversedPart(amounts: {
  reversedMinor: bigint
  remainingMinor: bigint
}): 'part' | 'all' | null {
  if (amounts.reversedMinor === 0n) return null
  return amounts.remainingMinor === 0n ? 'all' : 'part'
}
