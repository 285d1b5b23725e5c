import { invalid } from '@/lib/stripe-sandbox/machine/faults'

export type Raw = string | RawObject
export interface RawObject {
  [key: string]: Raw
}

/** Decodes `a=1&b[c]=2&d[0][e]=3&f[]=4` into nested objects; list indices stay keys until a list is asked for. */
export function decodeForm(text: string): RawObject {
  const root: RawObject = Object.create(null)
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const key = decode(at < 0 ? pair : pair.slice(0, at))
    put(root, key, at < 0 ? '' : decode(pair.slice(at + 1)))
  }
  return root
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw invalid('Invalid request: a parameter is not valid percent-encoding.')
  }
}

function put(root: RawObject, key: string, value: string): void {
  const open = key.indexOf('[')
  const path =
    open <= 0
      ? [key]
      : [
          key.slice(0, open),
          ...key
            .slice(open + 1)
            .replace(/\]$/, '')
            .split(']['),
        ]
  let place = root
  for (const [depth, name] of path.entries()) {
    const slot = name === '' ? String(Object.keys(place).length) : name
    if (depth === path.length - 1) {
      place[slot] = value
      return
    }
    const next = place[slot]
    if (next === undefined || typeof next === 'string') place = place[slot] = Object.create(null) as RawObject
    else place = next
  }
}

/** One text for one set of parameters, whatever their order: what an idempotency key is held against. */
export function canonical(raw: Raw): string {
  if (typeof raw === 'string') return JSON.stringify(raw)
  const keys = Object.keys(raw).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(raw[key] ?? '')}`).join(',')}}`
}

/** Reads the body of an API v2 request into the same shape: null clears as an empty text does in a form. */
export function decodeJson(text: string): RawObject {
  if (text === '') return {}
  const value = rawOf(parsed(text))
  if (typeof value === 'string') throw invalid('Invalid request: the body is not a JSON object.')
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('Invalid request: the body is not valid JSON.')
  }
}

function rawOf(value: unknown): Raw {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).map(([key, each]): [string, Raw] => [key, rawOf(each)])
  return Object.fromEntries(entries)
}
