import type { TermsValueKey, TermsValues } from './schemas'
import { differingKeys, type TermsVersion } from './terms'

/** Whose terms: the programme's where both are null. */
export interface TermsScope {
  affiliateId: string | null
  groupId: string | null
}

export function ofScope(versions: readonly TermsVersion[], scope: TermsScope): TermsVersion[] {
  return versions.filter(
    ({ affiliateId, groupId }) => affiliateId === scope.affiliateId && groupId === scope.groupId,
  )
}

/** What stands in a moment in one scope. @param versions of that scope, in order */
export function standingAt(versions: readonly TermsVersion[], at: Date): TermsValues {
  return versions.findLast((version) => version.effectiveFrom <= at)?.values ?? {}
}

/**
 * What is written down for a change from a moment on: the change itself, then whatever is scheduled for later with the change taken
 * over, where it does not change the same itself.
 * @param versions of the scope, in order
 */
export function planChange(
  versions: readonly TermsVersion[],
  changes: TermsValues,
  effectiveFrom: Date,
): { effectiveFrom: Date; values: TermsValues }[] {
  let former = standingAt(versions, effectiveFrom)
  let latest = withChanges(former, changes)
  const planned = [{ effectiveFrom, values: latest }]
  for (const later of lastOfEachMoment(versions)) {
    if (later.effectiveFrom <= effectiveFrom) continue
    latest = withChanges(latest, changesIn(former, later.values))
    former = later.values
    planned.push({ effectiveFrom: later.effectiveFrom, values: latest })
  }
  return planned
}

/** Versions as if these values had stood in the scope all along since a moment. For a look at what would have been. */
export function asIfSince(
  versions: readonly TermsVersion[],
  scope: TermsScope,
  values: TermsValues,
  since: Date,
): TermsVersion[] {
  const replaced = new Set(ofScope(versions, scope).filter(({ effectiveFrom }) => effectiveFrom >= since))
  // The scope says which kind of values these are, as it does for those that it was made from.
  const version = { id: Number.MAX_SAFE_INTEGER, effectiveFrom: since, ...scope, values } as TermsVersion
  return [...versions.filter((each) => !replaced.has(each)), version]
}

/** Anomaly rules are changed one by one, all else key by key. A key without a value is taken away. */
export function withChanges(values: TermsValues, changes: TermsValues): TermsValues {
  const anomalies = changes.anomalies && { anomalies: { ...values.anomalies, ...changes.anomalies } }
  const all: TermsValues = { ...values, ...changes, ...anomalies }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** What has to be changed in the former for it to be the later. */
export function changesIn(former: TermsValues, later: TermsValues): TermsValues {
  const keys: readonly TermsValueKey[] = differingKeys(former, later)
  const changed: TermsValues = Object.fromEntries(keys.map((key) => [key, later[key]]))
  if (changed.anomalies === undefined) return changed
  const rules = Object.entries(changed.anomalies).filter(
    ([rule, setting]) =>
      JSON.stringify(Object.entries(former.anomalies ?? {}).find(([name]) => name === rule)?.[1]) !==
      JSON.stringify(setting),
  )
  return { ...changed, anomalies: Object.fromEntries(rules) }
}

function lastOfEachMoment(versions: readonly TermsVersion[]): TermsVersion[] {
  return [...new Map(versions.map((version) => [version.effectiveFrom.getTime(), version])).values()]
}
