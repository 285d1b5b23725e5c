import { storableText } from '@/lib/storable-json'

type Value = string | string[] | undefined

/** The one value of a query parameter; undefined where it is missing, empty or there several times. */
export function one(value: Value): string | undefined {
  return typeof value === 'string' && value !== '' ? storableText(value) : undefined
}

/** One of the values allowed, or undefined. */
export function oneOf<T extends string>(value: Value, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value)
}

/** A currency as the books write it, or undefined. */
export function currencyOf(value: Value): string | undefined {
  const given = one(value)?.toLowerCase()
  return given !== undefined && /^[a-z]{3}$/.test(given) ? given : undefined
}

/** A path with those parameters that have a value. */
export function withQuery(path: string, query: Record<string, string | null | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
