import { migrate } from '@/db/migrate'
import { createDatabase, ensurePostgres, onDatabase } from '@/lib/postgres'
import { ownFolder } from '@/tests/support/own-folder'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { url: string; migrateUrl: string; superuserUrl: string; template: string }
  }
}

/** One server for all test files; each takes its own copy of a migrated template (see database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = ownFolder('vitest')
  const server = await ensurePostgres({ dataDir: folder.path, log: () => {}, fsync: false })
  const template = 'tributary_template'
  await createDatabase(server.superuserUrl, template)
  await migrate({ migrateUrl: onDatabase(server.migrateUrl, template), appRole: 'tributary_app' })
  const { url, migrateUrl, superuserUrl } = server
  project.provide('postgres', { url, migrateUrl, superuserUrl, template })
  return async () => {
    await server.stop()
    folder.remove()
  }
}
