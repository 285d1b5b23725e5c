import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '@/lib/api/openapi'
import { commands } from '@/lib/cli/commands/index'
import { settingNames } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { titles } from '@/lib/operations/rules'
import { apiProgramme, callApi, type Handler } from '@/tests/support/api'
import { cardNumberOf, deliver, openBooks } from '@/tests/support/books'
import { handled } from '@/tests/support/programme-life'
import { renderOpenApi } from '@/tests/support/render-openapi'

const root = resolve(import.meta.dirname, '..', '..')

/** Every page a reader may come to from the README. */
const pages = ['.', 'docs', 'lib', 'tests'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)
const read = (page: string) => readFileSync(join(root, page), 'utf8')

const packageJson: { scripts: Record<string, string> } = JSON.parse(read('package.json'))

function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe.each(pages)('%s', (page) => {
  const text = read(page)

  it('has no dead links', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const dead = links.filter((link) => {
      if (/^(https?:|mailto:)/.test(link)) return false
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? page : relative(root, resolve(root, dirname(page), file))
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !anchorsOf(target).includes(anchor)
    })
    expect(dead).toEqual([])
  })

  it('names no file, script, command, option or variable that does not exist', () => {
    const scripts = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name)
    expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([])
    expect(unknownCommands(text)).toEqual([])
    const files = [
      ...text.matchAll(/`((?:app|components|db|lib|public|tests)\/[\w./()[\]-]+\.(?:tsx?|mjs|sql|md))`/g),
    ]
    expect(files.map(([, file = '']) => file).filter((file) => !existsSync(join(root, file)))).toEqual([])
    const known: readonly string[] = settingNames
    const variables = [...text.matchAll(/`([A-Z][A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map(
      ([, name = '']) => name,
    )
    expect(variables.filter((name) => !known.includes(name) && !words.includes(name))).toEqual([])
  })
})

/** Written like variables, and none of ours. */
const words = ['PGPASSWORD', 'NODE_VERSION', 'OWNER_PASSWORD', 'APP_PASSWORD']

function unknownCommands(text: string): string[] {
  const called = [...text.matchAll(/npm run tributary -- ([^`\n#|]+)/g)].map(([, line = '']) => line.trim())
  return called.filter((line) => {
    if (line.startsWith('<') || line.startsWith('help')) return false
    const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `))
    const options = [...line.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name)
    return !command || options.some((name) => name !== 'json' && !(name in command.options))
  })
}

describe('the pages', () => {
  it('show the API as its document says it (npx vitest run -u writes the page anew)', async () => {
    const document = openApiDocument('https://affiliates.example.com/api/v1')
    await expect(renderOpenApi(document)).toMatchFileSnapshot(join(root, 'docs/api.md'))
  })

  it('name every metric and every alert', () => {
    const text = read('docs/operations.md')
    const sorted = (found: Iterable<RegExpMatchArray>) =>
      [...new Set([...found].map(([, name]) => name))].toSorted()
    const made = read('lib/metrics/metrics.ts').matchAll(/(?:gauge|counter)\(\s*registry,\s*'(\w+)'/g)
    expect(sorted(text.matchAll(/`tributary_(\w+)`/g))).toEqual(sorted(made))
    expect(Object.values(titles).filter((title) => !text.includes(`| ${title} |`))).toEqual([])
  })

  it('show integrations that do what they say', async () => {
    const books = await openBooks()
    const { stripe } = books
    const product = await stripe.products.create({ name: 'Pro' })
    const recurring = { interval: 'month' } as const
    const { id: price } = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 2900,
      product: product.id,
      recurring,
    })
    const examples = [...read('docs/integration.md').matchAll(/```ts run\n([\s\S]*?)```/g)].map(
      ([, code = '']) => code,
    )
    expect(examples).toHaveLength(3)
    for (const [index, code] of examples.entries()) {
      const run = new AsyncFunction('stripe', 'price', `${code}\nreturn session`)
      const session = await run(stripe, price)
      const typed = index === 0 ? { promotion_code: 'AHMET5' } : {}
      const path = `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`
      await stripe.rawRequest('POST', path, {
        email: `buyer-${index}@example.org`,
        card_number: cardNumberOf(session.id),
        ...typed,
      })
    }
    await deliver(books, handled(books))
    await drain(books.db, stripe, 60_000)
    const earned = await books.db.execute(sql`select affiliate_id from commissions where status = 'settled'`)
    expect(earned).toEqual([0, 1, 2].map(() => ({ affiliate_id: books.ahmet })))
    await books.close()
  })

  it('show calls that are answered', async () => {
    const programme = await apiProgramme()
    const calls = [...read('docs/integration.md').matchAll(/^curl "\$APP_URL\/api\/v1([^"]+)"/gm)].map(
      ([, path = '']) => path,
    )
    expect(calls.length).toBeGreaterThan(0)
    for (const path of calls) {
      const { pathname } = new URL(path, 'http://localhost')
      const route: { GET: Handler } = await import(join(root, 'app/api/v1', pathname, 'route.ts'))
      const answer = await callApi(route.GET, path, { key: programme.read })
      expect([path, answer.status]).toEqual([path, 200])
    }
    await programme.end()
  })
})

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
