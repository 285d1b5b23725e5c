import { z } from 'zod'
import { seconds } from './facts/shapes'

const eventSchema = z.object({
  object: z.literal('event'),
  id: z.string().regex(/^evt_\w{1,250}$/),
  type: z.string().min(1).max(200),
  api_version: z.string().max(100).nullish(),
  created: seconds,
  livemode: z.boolean(),
  data: z.object({ object: z.looseObject({ id: z.string().max(255).optional() }) }),
})

export interface IncomingEvent {
  id: string
  type: string
  apiVersion: string | null
  /** Epoch seconds. */
  created: number
  livemode: boolean
  objectId: string | null
  /** As PostgreSQL's jsonb takes it. */
  body: string
}

/**
 * Reads Stripe's snapshot event from a delivery's body. What is inside its object is looked at later, when it is safe.
 * @returns a sentence where the body is no event
 */
export function parseEvent(rawBody: string): IncomingEvent | { problem: string } {
  let json: unknown
  try {
    json = JSON.parse(rawBody)
  } catch {
    return { problem: 'The body is not JSON.' }
  }
  const parsed = eventSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { problem: `The body is no Stripe event: ${issue?.path.join('.') || 'it'} ${issue?.message}.` }
  }
  const { id, type, api_version, created, livemode, data } = parsed.data
  return {
    id,
    type,
    apiVersion: api_version ?? null,
    created,
    livemode,
    objectId: data.object.id ?? null,
    body: storable(rawBody, json),
  }
}

/** jsonb refuses U+0000 and lone surrogates, which JSON allows; an event that carries one must be kept all the same. */
function storable(rawBody: string, json: unknown): string {
  if (!/\\u(0000|d[89a-f])/i.test(rawBody)) return rawBody
  return JSON.stringify(json, (_key, value: unknown) => {
    if (typeof value === 'string') return cleanText(value)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [cleanText(name), item]))
  })
}

function cleanText(text: string): string {
  return text.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD')
}
