import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Recorded answers of Stripe's own test mode; kept outside the project, so the test is skipped where they are not. */
export const folder = fileURLToPath(new URL('../../../shared/payloads/', import.meta.url))

type Fields = Record<string, unknown>
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A key scanner mistook some names and values for secrets. */
export function recorded(file: string): Fields {
  const text = readFileSync(`${folder}${file}.json`, 'utf8').replaceAll('<PADDLE_API_KEY>', 'secret')
  const object: unknown = JSON.parse(text)
  if (!isFields(object)) throw new Error(`${file} holds no object`)
  return object
}
