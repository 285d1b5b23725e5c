import type { Actor } from '@/lib/actor'
import { closeDatabase, database } from '@/db'
import { createApiKey } from '@/lib/api/create-api-key'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'

export const system: Actor = { kind: 'system', job: 'test' }

/** A programme of one's own with a sandbox and two keys, in this process. */
export interface ApiProgramme {
  database: TestDatabase
  sandbox: Sandbox
  admin: string
  read: string
  /** This process's environment again, after a test has changed it. */
  restore(): void
  end(): Promise<void>
}

export async function apiProgramme(): Promise<ApiProgramme> {
  const own = await testDatabase()
  const sandbox = await createSandbox({ seed: 'api' })
  const restore = () => useEnvironment(own, { STRIPE_API_BASE: sandbox.url, WORKER: 'off' })
  restore()
  await ensureProgramme(database(), { booksMode: 'sandbox', stripeAccountId: null, now: new Date() })
  const admin = await createApiKey(system, { name: 'admin', scope: 'admin' })
  const read = await createApiKey(system, { name: 'read', scope: 'read' })
  const end = async () => {
    await closeDatabase()
    await sandbox.close()
    await own.drop()
  }
  return { database: own, sandbox, admin: admin.key, read: read.key, restore, end }
}

export type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>

export interface Call {
  key: string | null
  params?: Record<string, string>
  /** Absent: a GET. */
  body?: unknown
  headers?: Record<string, string>
}

/** Calls a route handler as Next does. */
export async function callApi(
  handler: Handler,
  path: string,
  { key, params = {}, body, headers = {} }: Call,
) {
  const request = new Request(`http://localhost:3000/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const response = await handler(request, { params: Promise.resolve(params) })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

let people = 0

/** Somebody new to be made an affiliate of. */
export function newPerson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  people += 1
  const handle = `Person${people}x`
  return { handle, displayName: 'A Person', email: `${handle}@example.com`, ...changes }
}
