import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@/lib/postgres'
import { asUser, processUsers } from '@/lib/postgres/process-user'
import { ownFolder } from './own-folder'

const places = [
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
  '/usr/local/bin/pgbouncer',
  '/opt/homebrew/bin/pgbouncer',
]

/** Where pgbouncer lies on this machine; undefined where it is not installed. */
export const findPgbouncer = (): string | undefined => places.find(existsSync)

/** A pgbouncer in transaction mode before the database of this address, and the address under which it is reached. */
export async function startPgbouncer(
  program: string,
  target: string,
): Promise<{ url: string; version: string; close(): Promise<void> }> {
  const address = new URL(target)
  const [user, password] = [address.username, address.password].map(decodeURIComponent)
  const port = await freePort()
  const folder = ownFolder('pgbouncer')
  const users = join(folder.path, 'users.txt')
  const settings = join(folder.path, 'pgbouncer.ini')
  writeFileSync(users, `"${user}" "${password}"\n`)
  const lines = [
    '[databases]',
    `${address.pathname.slice(1)} = host=127.0.0.1 port=${address.port} dbname=${address.pathname.slice(1)}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    'max_client_conn = 200',
    // Fewer than its clients have together, so that they must share.
    'default_pool_size = 12',
    `logfile = ${join(folder.path, 'pgbouncer.log')}`,
  ]
  writeFileSync(settings, `${lines.join('\n')}\n`)
  // pgbouncer refuses to run as root, as PostgreSQL does.
  const as = processUsers()[0] ?? { kind: 'self' }
  if (as.kind === 'other') for (const path of [folder.path, users, settings]) chownSync(path, as.uid, as.gid)
  chmodSync(folder.path, statSync(folder.path).mode | 0o700)
  const run = asUser(as, program, [settings])
  const child = spawn(run.command, run.args, { ...run.options, stdio: 'ignore' })
  const url = new URL(target)
  url.port = String(port)
  url.searchParams.set('prepare', 'false')
  await untilItAnswers(url.href)
  return {
    url: url.href,
    version: /\d[\d.]*/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[0] ?? '',
    close: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      folder.remove()
    },
  }
}

async function untilItAnswers(url: string): Promise<void> {
  for (const until = Date.now() + 15_000; ; await pause(50)) {
    const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
    try {
      return void (await client`select 1`)
    } catch (error) {
      if (Date.now() > until) throw error
    } finally {
      await client.end({ timeout: 1 })
    }
  }
}
