import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { runTributary } from '@/lib/cli/commands/run'
import { connectEventTypes } from '@/lib/intake/events'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { ownFolder } from '@/tests/support/own-folder'
import { writeSmallBooks } from '@/tests/support/small-books'

const folder = ownFolder('cli-payouts')
let database: TestDatabase
let connection: Connection
let sandbox: Sandbox

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url)
  sandbox = await createSandbox({ seed: 'cli-payouts' })
  await writeSmallBooks(connection.db)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
  await sandbox.close()
  folder.remove()
})

async function tributary(...args: string[]) {
  useEnvironment(database, { DATA_DIR: folder.path, STRIPE_API_BASE: sandbox.url })
  let out = ''
  const write = async (text: string) => void (out += text)
  const code = await runTributary(args, { write, say: () => undefined })
  return { code, out }
}

describe('the command line', () => {
  it('exports commissions, an object a line with its arithmetic, or as a table', async () => {
    const [line = ''] = (await tributary('export', 'commissions')).out.trimEnd().split('\n')
    expect(JSON.parse(line)).toMatchObject({ paymentId: 'pi_1', invoiceId: 'in_1', affiliateId: 'aff_1' })
    const table = (await tributary('export', 'commissions', '--format', 'csv')).out.trimEnd().split('\r\n')
    expect(table[0]).toMatch(/^paymentId,basisId,invoiceId,/)
    expect(table[1]).toMatch(/^pi_1,/)
    expect(table).toHaveLength(2)
  })

  it('exports payouts', async () => {
    const all = (await tributary('export', 'payouts')).out.trimEnd().split('\n')
    const one = { id: 'pay_1', runId: 'run_1', affiliateId: 'aff_1', state: 'draft', currency: 'usd' }
    expect(all.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining(one))
    const table = (await tributary('export', 'payouts', '--format', 'csv')).out.trimEnd().split('\r\n')
    expect(table[0]).toMatch(/^id,runId,affiliateId,state,currency,amountMinor,/)
    expect(table.filter((line) => /^pay_1,run_1,aff_1,draft,usd,\d+,/.test(line))).toHaveLength(1)
    expect(table).toHaveLength(all.length + 1)
    expect(await tributary('export', 'people')).toMatchObject({ code: 2, out: '' })
  })

  it('makes the endpoint of affiliates’ accounts where it is asked for, once', async () => {
    const setup = () => tributary('setup', 'stripe', '--url', 'https://a.example.com', '--payouts')
    expect((await setup()).out).toMatch(/^whsec_\w+\nwhsec_\w+\n$/)
    const endpoints = sandbox.all('webhook_endpoint')
    expect(endpoints).toHaveLength(2)
    const types = endpoints.map(({ enabled_events: enabled }) => enabled)
    expect(types).toContainEqual([...connectEventTypes])
    expect((await setup()).out).toBe(`${endpoints.map(({ id }) => id).join('\n')}\n`)
    expect(sandbox.all('webhook_endpoint')).toHaveLength(2)
  })
})
