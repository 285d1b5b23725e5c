import { chownSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import type { PostgresServer } from '@/lib/postgres'
import { findCluster } from '@/lib/postgres/cluster'
import { onDatabase } from '@/lib/postgres'
import { startServer, stopServer } from '@/lib/postgres/server-process'
import { ownFolder } from './own-folder'

/** A streaming standby of a server: what is committed there is readable here a little later. */
export interface Standby {
  /** `url` of the primary's, on the standby. */
  urlOf(url: string): string
  /** Waits until it has all that the primary has committed by now. */
  catchUp(): Promise<void>
  /** Stands still, as a standby does that has fallen behind. */
  freeze(): Promise<void>
  close(): Promise<void>
}

/** By the low-level backup of PostgreSQL's manual, since pg_basebackup is not on every machine. */
export async function startStandby(primary: PostgresServer, dataDir: string): Promise<Standby> {
  const cluster = await findCluster(dataDir)
  if (!cluster) throw new Error(`no cluster in ${dataDir}`)
  const folder = join(dirname(cluster.folder), 'standby')
  const admin = postgres(onDatabase(primary.superuserUrl, 'postgres'), { max: 1, onnotice: () => {} })
  await admin`select pg_backup_start('standby', fast => true)`
  copyCluster(cluster.folder, folder)
  const [stopped] = await admin<
    { label: string }[]
  >`select labelfile as label from pg_backup_stop(wait_for_archive => false)`
  const { hostname, port, username, password } = new URL(primary.superuserUrl)
  const source = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`
  const owner = statSync(cluster.folder)
  for (const [name, text] of [
    ['backup_label', stopped?.label ?? ''],
    ['standby.signal', ''],
    ['postgresql.auto.conf', `primary_conninfo = '${source}'\n`],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    chownSync(join(folder, name), owner.uid, owner.gid)
  }
  const logs = ownFolder('standby')
  const at = (address: string, to: number) => {
    const moved = new URL(address)
    moved.port = String(to)
    return moved.href
  }
  const server = await startServer(
    { ...cluster, folder },
    { fsync: false, logDir: logs.path, superuserUrl: (to) => at(primary.superuserUrl, to) },
  )
  const own = postgres(onDatabase(at(primary.superuserUrl, server.port), 'postgres'), {
    max: 1,
    onnotice: () => {},
  })
  return {
    urlOf: (url) => at(url, server.port),
    catchUp: async () => {
      const [now] = await admin<{ lsn: string }[]>`select pg_current_wal_flush_lsn()::text as lsn`
      for (;;) {
        const [there] = await own<
          { is: boolean }[]
        >`select pg_last_wal_replay_lsn() >= ${now?.lsn ?? ''}::pg_lsn as is`
        if (there?.is) return
        await pause(20)
      }
    },
    freeze: async () => void (await own`select pg_wal_replay_pause()`),
    close: async () => {
      await own.end({ timeout: 1 })
      await admin.end({ timeout: 1 })
      await stopServer(server)
      logs.remove()
    },
  }
}

/** The files of a running cluster, which change meanwhile: the log that comes with them mends that. */
function copyCluster(from: string, to: string): void {
  const owner = statSync(from)
  mkdirSync(to, { mode: 0o700 })
  chownSync(to, owner.uid, owner.gid)
  for (const name of readdirSync(from)) {
    if (/^(postmaster\.(pid|opts)|pg_wal|pg_replslot)$/.test(name)) {
      if (name.startsWith('pg_')) {
        mkdirSync(join(to, name), { mode: 0o700 })
        chownSync(join(to, name), owner.uid, owner.gid)
      }
      continue
    }
    cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true })
  }
  own(to, owner)
}

function own(folder: string, owner: { uid: number; gid: number }): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chownSync(join(entry.parentPath, entry.name), owner.uid, owner.gid)
  }
}
