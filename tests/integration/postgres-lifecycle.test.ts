import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProgram } from '@/lib/cli/process/child'
import { inheritedEnvironment } from '@/lib/env'
import { endPostgres, ensurePostgres } from '@/lib/postgres'
import { factsPath, passwordsPath } from '@/lib/postgres/connection-facts'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'
import { withConnection } from '@/lib/postgres/logins'
import { ownFolder } from '@/tests/support/own-folder'

const heldSchema = z.object({ pid: z.number(), port: z.number(), url: z.string(), adopted: z.boolean() })

/** Another process that uses the server of `dataDir`. */
async function hold(dataDir: string) {
  const program = { file: 'tests/support/hold-postgres.ts', args: [dataDir], env: inheritedEnvironment() }
  const child: ChildProcess = startProgram(program, ['ignore', 'pipe', 'inherit'])
  if (!child.stdout) throw new Error('The other process has no output.')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return { ...heldSchema.parse(JSON.parse(String(line))), end }
}

describe('the embedded server of a data directory', () => {
  let folder: ReturnType<typeof ownFolder>
  let dataDir: string
  beforeEach(() => {
    folder = ownFolder('lifecycle')
    dataDir = join(folder.path, 'data')
  })
  afterEach(async () => {
    await endPostgres(dataDir)
    folder.remove()
  })

  const ensure = () => ensurePostgres({ dataDir, log: () => {}, fsync: false })

  it('is one server for two processes that start it at once, and the last to leave stops it', async () => {
    const [one, two] = await Promise.all([hold(dataDir), hold(dataDir)])
    expect(two.url).toBe(one.url)
    expect([one.adopted, two.adopted].sort()).toEqual([false, true])
    await one.end('SIGTERM')
    expect(processIdentity(one.pid)).toBeDefined()
    await two.end('SIGTERM')
    expect(processIdentity(one.pid)).toBeUndefined()
  })

  it('outlives kill -9 of the process that started it, and is adopted by the next', async () => {
    const killed = await hold(dataDir)
    await killed.end('SIGKILL')
    const server = await ensure()
    expect(server).toMatchObject({ adopted: true, pid: killed.pid, url: killed.url })
    await server.stop()
    expect(processIdentity(killed.pid)).toBeUndefined()
  })

  it('starts again on the same port, with what was committed, after kill -9 of everything', async () => {
    const killed = await hold(dataDir)
    const before = await ensure()
    await withConnection(before.migrateUrl, (sql) => sql`create table kept as select 480 as amount`)
    process.kill(killed.pid, 'SIGKILL')
    await killed.end('SIGKILL')
    const server = await ensure()
    expect(server).toMatchObject({ adopted: false, port: killed.port })
    expect(await withConnection(server.migrateUrl, (sql) => sql`select amount from kept`)).toEqual([
      { amount: 480 },
    ])
    await server.stop()
  })

  it('says when it has ended by itself', async () => {
    const server = await ensure()
    process.kill(server.pid, 'SIGKILL')
    await server.ended
    expect(processIdentity(server.pid)).toBeUndefined()
  })

  it('is not fooled by a postmaster.pid that names another program', async () => {
    await (await ensure()).stop()
    const lines = [process.pid, join(dataDir, 'postgres', 'cluster'), 1, 5432, '', 'localhost', '', 'ready']
    writeFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), `${lines.join('\n')}\n`)
    const server = await ensure()
    expect(server.adopted).toBe(false)
    await server.stop()
  })

  it('lets nobody else read its passwords', async () => {
    const server = await ensure()
    for (const path of [factsPath(dataDir), passwordsPath(dataDir)])
      expect(statSync(path).mode & 0o777).toBe(0o600)
    const rules = readFileSync(join(dataDir, 'postgres', 'cluster', 'pg_hba.conf'), 'utf8')
    expect(rules).not.toMatch(/^\s*(host|local).*\b(trust|peer|password)\s*$/m)
    await server.stop()
  })
})
