import type { Database } from '@/db'
import { createGroup } from '@/lib/programme/create-group'
import { overridesSchema, ownTermsSchema, termsValuesSchema, type TermsValues } from '@/lib/programme/schemas'
import { setTerms } from '@/lib/programme/set-terms'
import { insertAffiliateTerms, insertGroupTerms } from '@/lib/programme/write-terms'
import { addDays, dayOf, daySeconds, firstSecondOf } from '../model/days'
import type { Affiliate, TermsFrom } from '../model/facts'
import type { ActionOf } from './action'
import type { Books } from './books'
import { nowOf, pick, type Life } from './life'
import type { Setting, TermsSeed } from './setting'

export const founded = new Date('2020-01-01T00:00:00Z')
const administrator = { kind: 'system', job: 'test' } as const
const atFirst = { effectiveFrom: founded, recordedAt: founded }

/** The programme's terms as they are when nobody sets any. */
const programmeTerms: TermsFrom = {
  of: null,
  from: 0,
  values: {
    rateBps: 2000,
    holdDays: 30,
    durationMonths: null,
    onCancel: 'stop',
    products: null,
    offStripe: 'earn',
    earnsFrom: '2020-01-01',
    existingCustomers: 'attribute',
  },
}

/** What holds from the beginning: groups' terms and affiliates' own, and for some of these later: what changes. */
export async function agreeAtFirst(
  { db, histories }: Books,
  setting: Setting,
  affiliates: readonly Affiliate[],
): Promise<{ groups: string[]; terms: TermsFrom[] }> {
  const groups: string[] = []
  const terms = [programmeTerms]
  const from = founded.getTime() / 1000
  for (const [i, seed] of setting.groups.entries()) {
    const named = { name: `H${histories} ${i}` }
    const { groupId } = await createGroup(administrator, named, { db, now: founded })
    groups.push(groupId)
    const values = valuesOfSeed(seed, setting.start)
    await db.transaction((tx) =>
      insertGroupTerms(tx, administrator, { ...atFirst, groupId, values: overridesSchema.parse(values) }),
    )
    terms.push({ of: groupId, from, values })
  }
  for (const [i, seed] of setting.affiliates.entries()) {
    const affiliateId = affiliates[i]?.id ?? ''
    const group = seed.group === null ? undefined : groups[seed.group]
    const values = { ...valuesOfSeed(seed.terms, setting.start), ...(group !== undefined && { group }) }
    const versions: TermsFrom[] = [{ of: affiliateId, from, values }]
    if (seed.changesAfterDays !== null) {
      const later = setting.start + seed.changesAfterDays * daySeconds
      versions.push({
        of: affiliateId,
        from: later,
        values: { rateBps: 3333, holdDays: 14, earnsFrom: '2020-01-01' },
      })
    }
    let latest = {}
    for (const version of versions) {
      latest = { ...latest, ...version.values }
      const effectiveFrom = new Date(version.from * 1000)
      const own = { affiliateId, effectiveFrom, recordedAt: founded, values: ownTermsSchema.parse(latest) }
      await db.transaction((tx) => insertAffiliateTerms(tx, administrator, own))
    }
    terms.push(...versions)
  }
  return { groups, terms }
}

function valuesOfSeed({ earnsFromDay, scope, ...same }: TermsSeed, start: number): TermsFrom['values'] {
  return {
    ...same,
    ...(earnsFromDay !== undefined && { earnsFrom: addDays(dayOf(start), earnsFromDay) }),
    ...(scope !== undefined && { products: scope ? ['prod_first'] : null }),
  }
}

export async function agree(db: Database, life: Life, action: ActionOf<'agree'>): Promise<void> {
  const of = whose(life, action)
  if (of === undefined) return
  const { inDays } = action
  const now = nowOf(life)
  const day = inDays === null ? null : addDays(dayOf(now), inDays)
  const values = valuesOf(life, action)
  const scope = of?.startsWith('grp_') ? { affiliateId: null, groupId: of } : { affiliateId: of }
  const change = { ...scope, values: knownValues(values), ...(day !== null && { from: day }) }
  await setTerms(administrator, change, { db, now: new Date(now * 1000) })
  life.decisions.terms.push({ of, from: day === null ? now + 1 : firstSecondOf(day), values })
}

/** The programme's own terms would be those of all histories where they share books. */
function whose(life: Life, action: ActionOf<'agree'>): string | null | undefined {
  if (action.whose === 'programme') return life.colleagues && 'rateBps' in action.change ? null : undefined
  const isJoining = 'joins' in action.change
  if (action.whose === 'affiliate' || isJoining) return pick(life.affiliates, action.index)?.id
  return pick(life.groups, action.index)
}

/** What is agreed for later is like nothing else, so that it stays a change whatever is agreed meanwhile. */
function valuesOf(life: Life, { change, inDays }: ActionOf<'agree'>): TermsFrom['values'] {
  const number = life.decisions.terms.length
  if (inDays !== null) return 'rateBps' in change ? { rateBps: 3400 + number } : { holdDays: 61 + number }
  if ('takesBack' in change) return { [change.takesBack]: undefined }
  if ('joins' in change) return { group: change.joins === null ? undefined : pick(life.groups, change.joins) }
  return change
}

/** A key without a value takes back what was agreed, which is nothing that can be read. */
function knownValues(values: TermsFrom['values']): TermsValues {
  const taken = Object.entries(values).filter(([, value]) => value === undefined)
  return { ...termsValuesSchema.parse(values), ...Object.fromEntries(taken) }
}
