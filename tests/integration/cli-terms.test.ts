import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase } from '@/db'
import { runTributary } from '@/lib/cli/commands/run'
import { createGroup } from '@/lib/programme/create-group'
import { getTermsOf } from '@/lib/programme/queries'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { ownFolder } from '@/tests/support/own-folder'
import { system } from '@/tests/support/programme-life'

const folder = ownFolder('cli-terms')
let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(async () => {
  await closeDatabase()
  await books.close()
  folder.remove()
})

async function tributary(...args: string[]) {
  useEnvironment(books.database, { DATA_DIR: folder.path, STRIPE_API_BASE: books.sandbox.url })
  let [out, talk] = ['', '']
  const code = await runTributary(args, {
    write: async (text) => void (out += text),
    say: (line) => (talk += `${line}\n`),
  })
  return { code, out, talk }
}

describe('terms set --group', () => {
  it('sets a group’s terms by its name, and puts an affiliate into it', async () => {
    const none = await tributary('terms', 'set', 'rate_bps=3000', '--group', 'Agencies')
    expect(none).toMatchObject({ code: 2, out: '', talk: expect.stringContaining('no group Agencies') })
    const { groupId } = await createGroup(system, { name: 'Agencies' }, { db: books.db })
    const set = await tributary('terms', 'set', 'rate_bps=3000', '--group', 'agencies', '--json')
    expect(JSON.parse(set.out)).toMatchObject({ affiliateId: null, groupId, terms: { rate_bps: '3000' } })
    const from = ['--from', '2099-01-01']
    const joined = await tributary('terms', 'set', '--affiliate', books.ahmet, '--group', groupId, ...from)
    expect(joined.out).toBe(`group=${groupId} from 2099-01-01T00:00:00.000Z\n`)
    const all: { groupId: string | null; affiliateId: string | null; terms: object }[] = JSON.parse(
      (await tributary('terms', 'show', '--all', '--json')).out,
    )
    expect(all.find((version) => version.groupId === groupId)).toMatchObject({ terms: { rate_bps: '3000' } })
    expect(all.find((version) => version.affiliateId === books.ahmet)).toMatchObject({
      terms: { group: groupId },
    })
    expect((await getTermsOf(system, books.ahmet, books.db)).rateBps).toBe(2000)
    await tributary('terms', 'set', 'rate_bps=2600', '--affiliate', books.ahmet)
    expect((await tributary('terms', 'set', '--group', 'Agencies')).code).toBe(2)
  })
})
