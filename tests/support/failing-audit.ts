import { sql } from 'drizzle-orm'
import { connect } from '@/db'
import type { TestDatabase } from '@/tests/support/database'

/** From now on no audit row can be written, which is the last that a deed does: it fails half-way. */
export async function refuseAudit(database: TestDatabase): Promise<void> {
  const owner = connect(database.migrateUrl, { max: 1 })
  await owner.db.execute(sql`alter table audit_entries add constraint refused check (false) not valid`)
  await owner.close()
}
