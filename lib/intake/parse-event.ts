import { z } from 'zod'
import { seconds } from './facts/shapes'
import { storableJson } from '@/lib/storable-json'

const eventSchema = z.object({
  object: z.literal('event'),
  id: z.string().regex(/^evt_\w{1,250}$/),
  type: z.string().min(1).max(200),
  api_version: z.string().max(100).nullish(),
  created: seconds,
  livemode: z.boolean(),
  account: z.string().max(255).nullish(),
  data: z.object({ object: z.looseObject({ id: z.string().max(255).optional() }) }),
})

export interface IncomingEvent {
  id: string
  type: string
  apiVersion: string | null
  /** Epoch seconds. */
  created: number
  livemode: boolean
  /** The connected account that it happened in; null: the programme's own. */
  accountId: string | null
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
  const { id, type, api_version, created, livemode, account, data } = parsed.data
  return {
    id,
    type,
    apiVersion: api_version ?? null,
    created,
    livemode,
    accountId: account ?? null,
    objectId: data.object.id ?? null,
    body: storableJson(json, rawBody),
  }
}
