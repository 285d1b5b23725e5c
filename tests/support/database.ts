import { randomBytes } from 'node:crypto'
import { createDatabase, dropDatabase, onDatabase } from '@/lib/postgres'
import { inject } from 'vitest'

/** A migrated database of one's own: `url` is the application's login, `migrateUrl` the owner's. */
export type TestDatabase = {
  name: string
  url: string
  migrateUrl: string
  superuserUrl: string
  drop(): Promise<void>
}

/** For integration tests. `migrated: false` gives an empty one. */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = options.migrated === false ? undefined : server.template
  await createDatabase(server.superuserUrl, name, { template })
  return {
    name,
    url: onDatabase(server.url, name),
    migrateUrl: onDatabase(server.migrateUrl, name),
    superuserUrl: onDatabase(server.superuserUrl, name),
    drop: () => dropDatabase(server.superuserUrl, name),
  }
}
