import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { runTributary } from '@/lib/cli/commands/run'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { ownFolder } from '@/tests/support/own-folder'
import { writeSmallBooks } from '@/tests/support/small-books'

const folder = ownFolder('cli-links')
let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url)
  await writeSmallBooks(connection.db)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
  folder.remove()
})

async function tributary(...args: string[]) {
  useEnvironment(database, { DATA_DIR: folder.path })
  let out = ''
  let talk = ''
  const write = async (text: string) => void (out += text)
  const code = await runTributary(args, { write, say: (line) => (talk += `${line}\n`) })
  return { code, out, talk }
}

describe('the command line', () => {
  it('says where links may lead', async () => {
    const shop = 'https://larkspur.example/pricing'
    expect(await tributary('pages', 'allow', shop)).toMatchObject({ code: 2, talk: '--label is missing.\n' })
    const allowed = await tributary('pages', 'allow', `${shop}#top`, '--label', 'Pricing', '--below')
    expect(allowed).toMatchObject({ code: 0, out: `${shop}\n` })
    expect((await tributary('pages', 'list')).out).toBe(`${shop} and below  Pricing\n`)
    expect(await tributary('pages', 'allow', 'ftp://x', '--label', 'x')).toMatchObject({ code: 2 })
    expect(await tributary('pages', 'forbid', shop)).toMatchObject({ code: 0 })
    expect(await tributary('pages', 'forbid', shop)).toMatchObject({ code: 2 })
  })

  it('gives material and takes it away', async () => {
    const text = join(folder.path, 'post.txt')
    writeFileSync(text, 'Try it with {code}.\n')
    const picture = join(folder.path, 'banner.png')
    writeFileSync(picture, Buffer.from('89504e470d0a1a0a', 'hex'))
    expect(await tributary('materials', 'add', text, '--title', 'Post')).toMatchObject({
      code: 0,
      out: '1  Post\n',
    })
    expect(await tributary('materials', 'add', picture, '--title', 'Banner')).toMatchObject({ code: 0 })
    expect((await tributary('materials', 'list')).out).toBe('1  text  Post\n2  picture  Banner\n')
    expect(await tributary('materials', 'add', join(folder.path, 'none'), '--title', 'x')).toMatchObject({
      code: 2,
    })
    expect(await tributary('materials', 'remove', '1')).toMatchObject({ code: 0 })
    expect(await tributary('materials', 'remove', 'x')).toMatchObject({ code: 2 })
  })
})
