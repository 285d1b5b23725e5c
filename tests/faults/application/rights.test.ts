import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { connect, type Connection } from '@/db'
import { inProject } from '@/lib/cli/process/project'
import { startApplication, type Application } from '@/tests/support/application'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { openProgramme, openShop, type Shop } from '@/tests/support/fault-books'
import { actions, pages, people, routes, rules, type Answer, type Who } from '@/tests/support/rights'
import { fillBooks, type RightsBooks } from '@/tests/support/rights-books'

let database: TestDatabase
let connection: Connection
let shop: Shop
let application: Application
let books: RightsBooks
let site: string

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url, { max: 2 })
  shop = await openShop('rights')
  await openProgramme(database.url, shop.stripe)
  books = await fillBooks(connection.db, shop, new Date())
  application = await startApplication({
    databaseUrl: database.url,
    stripeUrl: shop.sandbox.url,
    workers: 0,
  })
  site = application.urls[0] ?? ''
})
afterAll(async () => {
  await application.stop()
  await connection.close()
  await shop.sandbox.close()
  await database.drop()
})

/** What a page needs besides its path. */
const queries: Record<string, string> = {
  'app/admin/payouts/debts/[affiliate]/page.tsx': '?currency=eur',
  'app/admin/unmatched/decide/page.tsx': '?promotion=promo_1',
}

/** An address that lacks its id is another page's. */
function known(name: string): string {
  const id = books.ids[name]
  if (id === undefined) throw new Error(`There is no “${name}” in these books: fillBooks is to make one.`)
  return id
}

function addressOf(file: string): string {
  const path = file
    .replace(/^app/, '')
    .replace(/\/(page|route)\.tsx?$/, '')
    .replace(/\/\([^)]*\)/g, '')
    .replace(/\/\[\[\.\.\.[^\]]*\]\]/g, '')
  const id = path.startsWith('/api/') ? (books.ids['affiliate'] ?? '') : (books.ids['id'] ?? '')
  const full = path.replace(/\[([^\]]*)\]/g, (_, name: string) => (name === 'id' ? id : known(name)))
  return `${full === '' ? '/' : full}${queries[file] ?? ''}`
}

async function cookieOf(who: Who): Promise<Record<string, string>> {
  if (who === 'nobody') return {}
  return { cookie: `tributary-session-${new URL(site).port}=${await books.sessionOf(who)}` }
}

/** Where it leads to, if it leads on; else what its status says. */
async function answerOf(response: Response): Promise<Answer | string> {
  const to = response.headers.get('x-action-redirect')?.split(';')[0] ?? response.headers.get('location')
  const body = await response.text()
  if (to) {
    const { pathname, searchParams } = new URL(to, site)
    if (pathname === '/sign-in' && searchParams.has('next')) return 'sign in'
    if (pathname === '/admin/second-factor' && !searchParams.has('next')) return 'factor'
    return pathname === '/admin' ? 'console' : pathname === '/portal' ? 'portal' : 'in'
  }
  if (body.includes('You only look at this portal')) return 'look only'
  if (body.includes('Your role here is')) return 'may not'
  if (response.status === 404) return 'missing'
  if (response.status === 401) return 'no key'
  if (response.status === 403) return 'wrong key'
  return response.status < 500
    ? 'in'
    : `${response.status} ${body.slice(0, 300)} ${application.words('web-0')}`
}

const everybody = async (ask: (who: Who) => Promise<Response>): Promise<Record<string, string>> => {
  const answers: Record<string, string> = {}
  for (const who of people) answers[who] = await answerOf(await ask(who))
  return answers
}

describe('a page is seen by whom the table says', () => {
  it.each(Object.entries(pages))('%s: %s', async (file, rule) => {
    const ask = async (who: Who) =>
      fetch(`${site}${addressOf(file)}`, { redirect: 'manual', headers: await cookieOf(who) })
    expect(await everybody(ask)).toEqual(rules[rule])
  })
})

describe('a route answers whom the table says', () => {
  const json = () => ({ 'content-type': 'application/json', origin: site })
  const callRoute = (row: string, headers: Record<string, string>) => {
    const [method = '', file = ''] = row.split(/ (.*)/)
    const init = {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(method === 'POST' && json()) },
    } as const
    return fetch(`${site}${addressOf(file)}`, { ...init, ...(method === 'POST' && { body: '{}' }) })
  }

  it.each(Object.entries(routes))('%s: %s', async (row, rule) => {
    expect(await everybody(async (who) => callRoute(row, await cookieOf(who)))).toEqual(rules[rule])
  })

  it.each(Object.entries(routes).filter(([, rule]) => rule.endsWith(' key')))(
    '%s: %s, by key',
    async (row, rule) => {
      const withKey = async (key: string) =>
        answerOf(await callRoute(row, { authorization: `Bearer ${key}` }))
      expect({
        invented: await withKey('trb_0000000000000000000000000000000000000000'),
        read: await withKey(books.keys.read),
        admin: await withKey(books.keys.admin),
      }).toEqual({ invented: 'no key', read: rule === 'read key' ? 'in' : 'wrong key', admin: 'in' })
    },
  )
})

const manifestSchema = z.object({
  node: z.record(
    z.string(),
    z.object({
      filename: z.string(),
      exportedName: z.string(),
      workers: z.record(z.string(), z.unknown()),
    }),
  ),
})

describe('an action is taken from whom the table says', () => {
  const manifest = `${inject('distDir')}/server/server-reference-manifest.json`
  const built = Object.entries(
    manifestSchema.parse(JSON.parse(readFileSync(inProject(manifest), 'utf8'))).node,
  )
  const row = ({ filename, exportedName }: { filename: string; exportedName: string }) =>
    `${filename} ${exportedName}`

  it('each of them is built', () => {
    expect(built.map(([, action]) => row(action)).toSorted()).toEqual(Object.keys(actions).toSorted())
  })

  it.each(built.map(([id, action]) => [row(action), id, Object.keys(action.workers)[0] ?? ''] as const))(
    '%s',
    async (name, id, worker) => {
      const post = async (who: Who) => {
        const body = new FormData()
        body.set('1_nothing', '')
        body.set('0', '[null,"$K1"]')
        const own = {
          'next-action': id,
          accept: 'text/x-component',
          origin: site,
          'sec-fetch-site': 'same-origin',
        }
        const headers = { ...own, ...(await cookieOf(who)) }
        return fetch(`${site}${addressOf(`${worker}.tsx`)}`, {
          method: 'POST',
          redirect: 'manual',
          headers,
          body,
        })
      }
      expect(await everybody(post)).toEqual(rules[actions[name] ?? 'open'])
    },
  )
})
