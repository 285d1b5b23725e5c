import { Badge, type BadgeTone } from '@/components/ui/badge'

const states: Record<string, { text: string; tone: BadgeTone }> = {
  draft: { text: 'Draft', tone: 'plain' },
  approved: { text: 'Approved', tone: 'wait' },
  sending: { text: 'Being sent', tone: 'wait' },
  unknown: { text: 'Being looked up', tone: 'bad' },
  paid: { text: 'Paid', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  returned: { text: 'Came back', tone: 'bad' },
  taken_out: { text: 'Taken out', tone: 'plain' },
  discarded: { text: 'Thrown away', tone: 'plain' },
}

export const payoutStateText = (state: string): string => states[state]?.text ?? state

/** How a payout, or a whole run, stands. */
export function PayoutStateBadge({ state }: { state: string }) {
  const known = states[state] ?? { text: state, tone: 'plain' as const }
  return <Badge tone={known.tone}>{known.text}</Badge>
}

const warnings: Record<string, string> = {
  first_payout: 'first payout',
  new_details: 'new payout details',
  details_changed: 'payout details changed',
  same_account: 'same account as another affiliate',
  unusually_large: 'more than three times the largest before',
  open_anomalies: 'payments held for a review',
  debt_elsewhere: 'owes in another currency',
  closed: 'closed affiliate',
}

export function warningText(warning: string): string {
  return warnings[warning] ?? warning
}

const reasons: Record<string, string> = {
  below_minimum: 'below the minimum',
  debt: 'owes more than is due',
  no_details: 'no usable payout details',
  details_changed: 'payout details changed within 72 hours',
  same_account: 'same account as another affiliate',
  suspended: 'suspended',
  applied: 'not accepted yet',
  too_small: 'smaller than the currency can be paid in',
}

export function leftOutText(reason: string): string {
  return reasons[reason] ?? reason
}
