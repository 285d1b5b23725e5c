import { plainDifferences, type TermsDifference } from '@/lib/programme/terms-words'
import {
  anomalyDefaults,
  anomalyRules,
  anomalySettingOf,
  type AnomalyRule,
  type Terms,
  type TermsValues,
} from '@/lib/programme/schemas'
import { ruleTitles } from '../../_components/anomaly-words'

export const ruleActions = { void: 'void', hold: 'hold for review', notice: 'only note', off: 'off' } as const

const units: Partial<Record<AnomalyRule, string>> = {
  shared_card: 'customers',
  sudden_customers: 'times the usual',
  refund_rate: 'times the programme’s',
  payout_details_changed: 'hours',
}

/** What the number of a rule counts; null: it has none. */
export function thresholdUnit(rule: AnomalyRule): string | null {
  return anomalyDefaults[rule].threshold === null ? null : (units[rule] ?? 'times')
}

export function ruleText(anomalies: Terms['anomalies'], rule: AnomalyRule): string {
  const { action, threshold } = anomalySettingOf(anomalies, rule)
  const unit = thresholdUnit(rule)
  return unit === null || action === 'off'
    ? ruleActions[action]
    : `${ruleActions[action]}, from ${threshold} ${unit}`
}

/** In which terms two versions differ, rules about anomalies and the group included. */
export function differences(
  before: TermsValues,
  after: TermsValues,
  groupName: (id: string) => string,
): TermsDifference[] {
  const group = (values: TermsValues) => (values.group === undefined ? null : groupName(values.group))
  const rules = anomalyRules.flatMap((rule) => {
    const was = ruleText(before.anomalies ?? {}, rule)
    const is = ruleText(after.anomalies ?? {}, rule)
    return was === is ? [] : [{ label: ruleTitles[rule], before: was, after: is }]
  })
  const groups =
    before.group === after.group ? [] : [{ label: 'Group', before: group(before), after: group(after) }]
  return [...groups, ...plainDifferences(before, after), ...rules]
}
