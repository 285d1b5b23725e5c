import 'server-only'
import type { z } from 'zod'
import type { ApiActor } from './authenticate'
import type { Answer } from './answer'

export type Method = 'GET' | 'POST'

/** One call of the REST API. The document of the API is made from these, so it says what is done. */
export interface Endpoint {
  /** A name for generated clients. */
  operationId: string
  method: Method
  /** Below `/api/v1`, with parameters in braces. */
  path: string
  summary: string
  /** The least that a key must be allowed. */
  scope: 'read' | 'admin'
  params: z.ZodObject | null
  query: z.ZodObject | null
  body: z.ZodObject | null
  /** By status; besides the errors that every call may give. */
  responses: Record<number, { description: string; schema: z.ZodType }>
  run(asked: { actor: ApiActor; params: unknown; query: unknown; body: unknown }): Promise<Answer>
}

interface Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> {
  operationId: string
  method: Method
  path: string
  summary: string
  scope: 'read' | 'admin'
  params?: P
  query?: Q
  body?: B
  responses: Record<number, { description: string; schema: z.ZodType }>
  run(asked: { actor: ApiActor; params: z.output<P>; query: z.output<Q>; body: z.output<B> }): Promise<Answer>
}

/** Params, query and body reach `run` parsed; a problem with them is thrown as ZodError before, and named by its part. */
export function defineEndpoint<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  definition: Definition<P, Q, B>,
): Endpoint {
  const { params, query, body, run, ...rest } = definition
  return {
    ...rest,
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    run: ({ actor, ...asked }) =>
      run({
        actor,
        // Absent schemas leave type parameters that nothing reads.
        params: parsePart(params, asked.params, 'params') as z.output<P>,
        query: parsePart(query, asked.query, 'query') as z.output<Q>,
        body: parsePart(body, asked.body, 'body') as z.output<B>,
      }),
  }
}

/** What was sent does not fit the endpoint's schema. */
export class MisfitError extends Error {
  override readonly name = 'MisfitError'
  constructor(
    readonly part: 'params' | 'query' | 'body',
    readonly issue: z.core.$ZodIssue,
  ) {
    super(issue.message)
  }
}

function parsePart(
  schema: z.ZodObject | undefined,
  value: unknown,
  part: 'params' | 'query' | 'body',
): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (!issue) throw parsed.error
  throw new MisfitError(part, issue)
}
