import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrators, auditEntries, connect, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { createAdministrator } from '@/lib/administrators/create-administrator'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

let database: TestDatabase
let connection: Connection
beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

describe('creating an administrator', () => {
  const operator: Actor = { kind: 'system', job: 'test' }

  it('at once by five makes one, with one audit row', async () => {
    const { db } = connection
    const made = await Promise.all(
      Array.from({ length: 5 }, () => createAdministrator(operator, { email: 'bo@example.com' }, { db })),
    )
    expect(made.filter(({ wasKnown }) => !wasKnown)).toHaveLength(1)
    const [{ id } = { id: '' }] = made
    expect(new Set(made.map((one) => one.id)).size).toBe(1)
    expect(await db.select().from(auditEntries).where(eq(auditEntries.subjectId, id))).toHaveLength(1)
  })

  it('is for administrators, with a real address, and opens no door that was shut', async () => {
    const { db } = connection
    const viewer: Actor = { kind: 'api_key', id: 'key_r', scope: 'read' }
    await expect(createAdministrator(viewer, { email: 'x@example.com' }, { db })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(createAdministrator(operator, { email: 'nobody' }, { db })).rejects.toMatchObject({
      field: 'email',
    })
    await db
      .update(administrators)
      .set({ disabledAt: new Date() })
      .where(eq(administrators.email, 'bo@example.com'))
    await expect(createAdministrator(operator, { email: 'bo@example.com' }, { db })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})
