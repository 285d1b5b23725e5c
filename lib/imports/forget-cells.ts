import 'server-only'
import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'

/** Of a file that is done with, only what its rows came to is kept: who they are stands with the affiliates. */
export async function forgetCells(db: Querying, importId: string): Promise<void> {
  await db.execute(sql`
    update import_rows set cells = '{}', wanted = wanted - array['displayName', 'email']
    where import_id = ${importId}`)
}
