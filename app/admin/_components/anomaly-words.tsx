import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { Anomaly } from '@/lib/anomalies/queries'
import type { AnomalyRule } from '@/lib/programme/schemas'

export const ruleTitles: Record<AnomalyRule, string> = {
  same_email: 'Buyer has the affiliate’s e-mail address',
  own_customer: 'Buyer is the affiliate',
  own_card: 'Paid with the affiliate’s card',
  same_domain: 'Buyer is of the affiliate’s company',
  same_payer: 'Same billing name and postal code',
  shared_card: 'Several customers on one card',
  disposable_email: 'Disposable e-mail address',
  early_fraud_warning: 'Early fraud warning',
  paid_before_code: 'Had paid before the code came',
  sudden_customers: 'Unusually many new customers',
  refund_rate: 'Unusually many refunds',
  payout_details_changed: 'Payout details just changed',
  same_payout_account: 'Payout account of another affiliate',
}

const actions: Record<Anomaly['action'], string> = {
  void: 'voids it',
  hold: 'holds it',
  notice: 'only notes it',
}

/** What a rule does by itself. */
export function actionText(action: Anomaly['action']): string {
  return actions[action]
}

const states: Record<Anomaly['state'], { text: string; tone: BadgeTone }> = {
  open: { text: 'Open', tone: 'wait' },
  void: { text: 'Voided', tone: 'bad' },
  clear: { text: 'Cleared', tone: 'good' },
  hold: { text: 'Held', tone: 'wait' },
  exempt: { text: 'Exempt', tone: 'plain' },
}

export function AnomalyState({ state, action }: { state: Anomaly['state']; action: Anomaly['action'] }) {
  if (state === 'open' && action === 'notice') return <Badge>Noted</Badge>
  const { text, tone } = states[state]
  return <Badge tone={tone}>{text}</Badge>
}
