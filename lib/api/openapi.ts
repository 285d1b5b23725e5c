import 'server-only'
import { z } from 'zod'
import { env } from '@/lib/env'
import { endpoints } from './endpoints'
import type { Endpoint } from './endpoint'
import { errorBody } from './bodies'

const refusals: Record<number, string> = {
  400: 'What was sent has not the right shape',
  401: 'No valid key',
  403: 'The key may not do this',
  404: 'There is no such thing',
  409: 'It contradicts what is there already, or the Idempotency-Key was used for another request',
  422: 'A value cannot be; `field` says which',
  429: 'Too many requests; wait for Retry-After seconds',
}

/** OpenAPI 3.1, made from the schemas that check the requests. @param serverUrl where the API is, `https://…/api/v1` */
export function openApiDocument(serverUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tributary',
      version: '1',
      description:
        'Affiliates, their codes and what they earn. Amounts are strings of minor units beside a currency; days are UTC ' +
        'days; lists take `limit` (at most 100) and `cursor`.',
    },
    servers: [{ url: serverUrl }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, `trb_…`' } },
      schemas: { Error: jsonSchema(errorBody, 'output') },
    },
  }
}

function operationOf(endpoint: Endpoint): Record<string, unknown> {
  const { operationId, summary, scope, body, responses, method } = endpoint
  const made = Object.entries(responses).map(([status, { description, schema }]) => [
    status,
    { description, content: { 'application/json': { schema: jsonSchema(schema, 'output') } } },
  ])
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
  const refused = Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: error },
  ])
  return {
    operationId,
    summary,
    description: `Needs a key with the scope ${scope}.`,
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(method === 'POST' ? [idempotencyKey] : []),
    ],
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(body, 'input') } },
          },
        }
      : {}),
    responses: Object.fromEntries([...made, ...refused]),
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same request again under the same key gets the first answer',
  schema: { type: 'string', maxLength: 255 },
}

function parametersOf(schema: z.ZodObject | null, place: 'path' | 'query'): unknown[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => {
    const { description, ...rest } = jsonSchema(part as z.ZodType, 'input') // every part of a shape is a schema
    const required = place === 'path' || !z.safeParse(part as z.ZodType, undefined).success // as above
    return { name, in: place, required, ...(description === undefined ? {} : { description }), schema: rest }
  })
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

export function answerOpenApi(): Response {
  return Response.json(openApiDocument(`${env().appUrl}/api/v1`), {
    headers: { 'Access-Control-Allow-Origin': '*' },
  })
}
