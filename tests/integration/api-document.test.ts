import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as healthRoute from '@/app/api/health/route'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import * as openApiRoute from '@/app/api/v1/openapi.json/route'
import { closeDatabase, database, workers } from '@/db'
import { endpoints } from '@/lib/api/endpoints'
import { apiProgramme, callApi, type ApiProgramme, type Call, type Handler } from '@/tests/support/api'
import { testDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'

let programme: ApiProgramme
beforeAll(async () => {
  programme = await apiProgramme()
})
afterAll(() => programme.end())

const call = (handler: Handler, path: string, options: Partial<Call> = {}) =>
  callApi(handler, path, { key: programme.admin, ...options })

describe('the document of the API', () => {
  it('describes each route handler that there is, and no other', async () => {
    const folder = `${process.cwd()}/app/api/v1`
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const routes = files
      .filter((file) => file.endsWith('route.ts') && !file.startsWith('openapi.json'))
      .map(
        (file) =>
          `/${file
            .replaceAll('\\', '/')
            .replace('/route.ts', '')
            .replaceAll(/\[(\w+)\]/g, '{$1}')}`,
      )
    const document = await (await openApiRoute.GET()).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths).toSorted()).toEqual(routes.toSorted())
    for (const { path, method } of endpoints) {
      const file = `${folder}${path.replaceAll(/\{(\w+)\}/g, '[$1]')}/route.ts`
      expect(Object.keys(await import(file))).toContain(method)
    }
  })

  it('names parameters, bodies and answers by the very schemas that check them', async () => {
    const document = await (await openApiRoute.GET()).json()
    const post = document.paths['/affiliates'].post
    const body = post.requestBody.content['application/json'].schema
    expect(body.required.toSorted()).toEqual(['displayName', 'email', 'handle'])
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['201', '202', '401', '409', '422']))
    const parameters = document.paths['/affiliates/{id}/balances'].get.parameters
    expect(parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
      { name: 'on', in: 'query', required: false },
    ])
  })
})

describe('health', () => {
  it('is ok once the database is migrated', async () => {
    const response = await healthRoute.GET()
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', database: 'ok', worker: 'elsewhere' },
    ])
  })

  it('wants a worker’s heartbeat where one runs inside', async () => {
    useEnvironment(programme.database, { STRIPE_API_BASE: programme.sandbox.url, WORKER: 'on' })
    expect((await healthRoute.GET()).status).toBe(503)
    const beat = (age: number) => ({ id: 'w1', startedAt: new Date(), beatAt: new Date(Date.now() - age) })
    await database().insert(workers).values(beat(60_000))
    expect(await (await healthRoute.GET()).json()).toEqual({
      status: 'unavailable',
      missing: ['the worker does not run'],
    })
    await database().update(workers).set(beat(0))
    expect((await healthRoute.GET()).status).toBe(200)
    programme.restore()
  })

  it('says what is missing where the database is empty or away', async () => {
    const empty = await testDatabase({ migrated: false })
    await closeDatabase()
    useEnvironment(empty, { WORKER: 'off' })
    expect(await (await healthRoute.GET()).json()).toMatchObject({
      missing: ['the database is not migrated'],
    })
    await closeDatabase()
    useEnvironment({ ...programme.database, url: 'postgres://nobody@127.0.0.1:9/nothing' }, { WORKER: 'off' })
    const away = await healthRoute.GET()
    expect([away.status, (await away.json()).missing]).toEqual([503, ['the database does not answer']])
    expect((await call(affiliatesRoute.GET, '/affiliates')).status).toBe(503)
    await closeDatabase()
    programme.restore()
    await empty.drop()
  })
})
