import { z } from 'zod'
import { decimalString, parseDecimal } from '@/lib/money'
import { parseAssignments } from './assignments'
import { changesIn } from './change'
import { describeTerms } from './describe-terms'
import {
  anomalyRules,
  anomalySettingOf,
  overridableKeys,
  publicKey,
  termsKeys,
  termsValuesSchema,
  type Terms,
  type TermsValues,
} from './schemas'

/** Whose terms a form is about. What is left empty in a group's or an affiliate's is as it is above them. */
export type TermsKind = 'programme' | 'group' | 'own'

const plainKeys = termsKeys.filter((key) => key !== 'anomalies').map(publicKey)
const overridable = overridableKeys.map(publicKey)
const ruleNames = anomalyRules.map((rule) => `anomalies.${rule}`)

/** The inputs of a form, by name: the terms as they are typed, the rate in percent; `member_of` is the group of an affiliate's own. */
export function termsInputs(kind: TermsKind): string[] {
  if (kind === 'programme') return [...plainKeys, ...ruleNames, ...ruleNames.map((name) => `${name}.from`)]
  return kind === 'own' ? ['member_of', ...overridable] : overridable
}

/** What stands in the inputs at first. */
export function termsTexts(values: TermsValues): Record<string, string> {
  const texts = Object.fromEntries(describeTerms(values).map(({ key, value }) => [key, value]))
  if (values.rateBps !== undefined) texts.rate_bps = decimalString(BigInt(values.rateBps), 'usd')
  if (values.group !== undefined) texts.member_of = values.group
  for (const name of ruleNames) {
    const [action, threshold] = (texts[name] ?? '').split(':')
    if (action) texts[name] = action
    if (threshold) texts[`${name}.from`] = threshold
  }
  return texts
}

/** Reads what was typed. @returns errors by the input's name; empty if all is well */
export function readTermsTexts(
  texts: Readonly<Record<string, string>>,
  kind: TermsKind,
): { values: TermsValues; errors: Record<string, string> } {
  const errors: Record<string, string> = {}
  const typed = termsInputs(kind).filter((name) => !name.endsWith('.from') && name !== 'member_of')
  const assignments = typed.flatMap((name) => {
    const text = texts[name]?.trim() ?? ''
    if (text === '' && kind !== 'programme') return []
    if (name !== 'rate_bps') {
      const threshold = texts[`${name}.from`]?.trim()
      return `${name}=${text}${threshold ? `:${threshold}` : ''}`
    }
    const bps = parseDecimal(text.replace(/\s*%$/, ''), 'usd')
    if (bps !== null && bps >= 0n && bps <= 10_000n) return `${name}=${bps}`
    errors[name] = 'A percentage from 0 to 100 is wanted, such as 20 or 12.5.'
    return []
  })
  const read = parseAssignments(assignments)
  for (const [name, message] of Object.entries(read.errors)) errors[name] = sentence(message)
  const group = kind === 'own' ? texts.member_of?.trim() : ''
  return { values: { ...read.values, ...(group && { group }) }, errors }
}

function sentence(message: string): string {
  const wanted = message.replace(/^\S+ is not usable: /, '')
  return `${wanted.charAt(0).toUpperCase()}${wanted.slice(1)}`
}

/** What was changed of the terms that stood in the form; a rule that does the same as before was not. */
export function changesOf(base: TermsValues, typed: TermsValues): TermsValues {
  const { anomalies, ...changes } = changesIn(base, typed)
  if (anomalies === undefined) return changes
  const text = (all: Terms['anomalies'], rule: (typeof anomalyRules)[number]) =>
    JSON.stringify(anomalySettingOf(all, rule))
  const changed = anomalyRules.filter(
    (rule) => anomalies[rule] && text(anomalies, rule) !== text(base.anomalies ?? {}, rule),
  )
  if (changed.length === 0) return changes
  return { ...changes, anomalies: Object.fromEntries(changed.map((rule) => [rule, anomalies[rule]])) }
}

const packed = z.strictObject({ set: termsValuesSchema, clear: z.array(termsValuesSchema.keyof()) })

/** Changes as one hidden input carries them from the look to the decision. */
export function packChanges(changes: TermsValues): string {
  const clear = termsValuesSchema
    .keyof()
    .options.filter((key) => key in changes && changes[key] === undefined)
  return JSON.stringify(packed.encode({ set: changes, clear }))
}

/** @throws RangeError for what is not packed by us */
export function unpackChanges(text: string): TermsValues {
  const read = packed.safeParse(parsed(text))
  if (!read.success) throw new RangeError('These are no changes of terms')
  return { ...read.data.set, ...Object.fromEntries(read.data.clear.map((key) => [key, undefined])) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
