import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { Raw, RawObject } from '@/lib/stripe-sandbox/machine/form'

/** Reads one parameter; throws Stripe's error. `T` is what a handler gets. */
export interface Field<T> {
  read(raw: Raw, path: string): T
  needed?: true
}
export interface NeededField<T> extends Field<T> {
  needed: true
}
export type Shape = Record<string, Field<unknown>>
type ValueOf<F> = F extends Field<infer T> ? T : never
type NeededKeys<S extends Shape> = { [K in keyof S]: S[K] extends { needed: true } ? K : never }[keyof S]
export type Params<S extends Shape> = { [K in Exclude<keyof S, NeededKeys<S>>]?: ValueOf<S[K]> } & {
  [K in NeededKeys<S>]: ValueOf<S[K]>
}

export function readParams<S extends Shape>(shape: S, raw: RawObject, path = ''): Params<S> {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(raw)) {
    const name = path === '' ? key : `${path}[${key}]`
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (field === undefined) throw invalid(`Received unknown parameter: ${name}`, name, 'parameter_unknown')
    const value = raw[key]
    if (value !== undefined) result[key] = field.read(value, name)
  }
  for (const [key, field] of Object.entries(shape)) {
    const name = path === '' ? key : `${path}[${key}]`
    if (field.needed && result[key] === undefined) {
      throw invalid(`Missing required param: ${name}.`, name, 'parameter_missing')
    }
  }
  // Every key was read by the field of that name, and the needed ones are there: this is what Params says.
  return result as Params<S>
}

function asText(raw: Raw, path: string): string {
  if (typeof raw !== 'string') throw invalid(`Invalid string: ${path} must be a string`, path)
  return raw
}

export const text: Field<string> = {
  read(raw, path) {
    const value = asText(raw, path)
    if (value === '') {
      throw invalid(
        `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; ` +
          `however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
        path,
        'parameter_invalid_empty',
      )
    }
    if (value.length > 5000) throw invalid(`Invalid string: ${path} must be at most 5000 characters`, path)
    return value
  },
}

export const integer: Field<number> = {
  read(raw, path) {
    const value = asText(raw, path)
    if (!/^-?\d{1,15}$/.test(value))
      throw invalid(`Invalid integer: ${value}`, path, 'parameter_invalid_integer')
    return Number(value)
  },
}

export const amount: Field<number> = {
  read(raw, path) {
    const value = integer.read(raw, path)
    if (value < 0) throw invalid('Invalid non-negative integer', path, 'parameter_invalid_integer')
    if (value > 99_999_999_999)
      throw invalid(`Amount must be no more than 99999999999`, path, 'amount_too_large')
    return value
  },
}

export const decimal: Field<string> = {
  read(raw, path) {
    const value = asText(raw, path)
    if (!/^-?\d{1,15}(\.\d{1,12})?$/.test(value)) throw invalid(`Invalid decimal: ${value}`, path)
    return value
  },
}

export const boolean: Field<boolean> = {
  read(raw, path) {
    if (raw === 'true') return true
    if (raw === 'false') return false
    throw invalid(`Invalid boolean: ${asText(raw, path)}`, path)
  },
}

export function oneOf<const V extends string>(...values: V[]): Field<V> {
  return {
    read(raw, path) {
      const value = values.find((each) => each === raw)
      if (value === undefined) {
        const [last, ...rest] = values.toReversed()
        throw invalid(`Invalid ${path}: must be one of ${rest.toReversed().join(', ')}, or ${last}`, path)
      }
      return value
    },
  }
}

export const currency: Field<string> = {
  read(raw, path) {
    const value = text.read(raw, path).toLowerCase()
    if (!/^[a-z]{3}$/.test(value)) throw invalid(`Invalid currency: ${value}.`, path)
    return value
  },
}

/** An empty string unsets: null. */
export function clearable<T>(field: Field<T>): Field<T | null> {
  return { read: (raw, path) => (raw === '' ? null : field.read(raw, path)) }
}

export function needed<T>(field: Field<T>): NeededField<T> {
  return { read: (raw, path) => field.read(raw, path), needed: true }
}

export function object<S extends Shape>(shape: S): Field<Params<S>> {
  return {
    read(raw, path) {
      if (typeof raw === 'string') throw invalid('Invalid object', path)
      return readParams(shape, raw, path)
    },
  }
}

export function list<T>(field: Field<T>): Field<T[]> {
  return {
    read(raw, path) {
      if (typeof raw === 'string') throw invalid('Invalid array', path)
      return Object.keys(raw)
        .map((key) => {
          if (!/^\d{1,4}$/.test(key)) throw invalid('Invalid array', path)
          return Number(key)
        })
        .sort((a, b) => a - b)
        .map((index) => field.read(raw[index] ?? '', `${path}[${index}]`))
    },
  }
}

export function map<T>(field: Field<T>): Field<Record<string, T>> {
  return {
    read(raw, path) {
      if (typeof raw === 'string') throw invalid('Invalid object', path)
      return Object.fromEntries(
        Object.entries(raw).map(([key, value]) => [key, field.read(value, `${path}[${key}]`)]),
      )
    },
  }
}

/** Understood by Stripe, without effect here: any value is taken. */
export const unused: Field<Raw> = { read: (raw) => raw }

export type MetadataChange = Record<string, string> | null
export const metadata: Field<MetadataChange> = {
  read(raw, path) {
    if (raw === '') return null
    if (typeof raw === 'string') throw invalid('Invalid object', path)
    const change: Record<string, string> = {}
    for (const [key, value] of Object.entries(raw)) {
      if (typeof value !== 'string') throw invalid(`Metadata values must be strings`, `${path}[${key}]`)
      if (key.length > 40) throw invalid(`Metadata keys can have up to 40 characters`, path)
      if (value.length > 500)
        throw invalid(`Metadata values can have up to 500 characters`, `${path}[${key}]`)
      change[key] = value
    }
    return change
  },
}

/** Keys are merged; an empty value removes its key, an empty metadata all of them. https://docs.stripe.com/api/metadata */
export function mergeMetadata(
  before: Record<string, string>,
  change: MetadataChange | undefined,
): Record<string, string> {
  if (change === undefined) return before
  if (change === null) return {}
  const after = Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''),
  )
  if (Object.keys(after).length > 50) throw invalid('Metadata can have up to 50 keys', 'metadata')
  return after
}

const bounds = object({ gt: integer, gte: integer, lt: integer, lte: integer })
export interface Range {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
}
export const range: Field<Range> = {
  read(raw, path) {
    if (typeof raw !== 'string') return bounds.read(raw, path)
    const at = integer.read(raw, path)
    return { gte: at, lte: at }
  },
}
export const inRange = (value: number, limits: Range | undefined): boolean =>
  limits === undefined ||
  ((limits.gt === undefined || value > limits.gt) &&
    (limits.gte === undefined || value >= limits.gte) &&
    (limits.lt === undefined || value < limits.lt) &&
    (limits.lte === undefined || value <= limits.lte))

const addressLine = clearable(text)
export const address = object({
  city: addressLine,
  country: addressLine,
  line1: addressLine,
  line2: addressLine,
  postal_code: addressLine,
  state: addressLine,
})
