import 'server-only'
import { asc, eq } from 'drizzle-orm'
import { database, materials, type Querying } from '@/db'
import { portalOf, requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'

export interface Material {
  id: number
  title: string
  /** With {code} and {link} as they were written; null: a picture. */
  text: string | null
}

/** What the programme gives to recommend with, the oldest first; for every affiliate. */
export async function listMaterials(actor: Actor, db: Querying = database()): Promise<Material[]> {
  requirePartner(actor)
  return db
    .select({ id: materials.id, title: materials.title, text: materials.text })
    .from(materials)
    .orderBy(asc(materials.createdAt), asc(materials.id))
}

/** @throws TributaryError not_found */
export async function getPicture(
  actor: Actor,
  id: number,
  db: Querying = database(),
): Promise<{ title: string; picture: Buffer; mediaType: string }> {
  requirePartner(actor)
  const [row] = Number.isSafeInteger(id)
    ? await db
        .select({ title: materials.title, picture: materials.picture, mediaType: materials.mediaType })
        .from(materials)
        .where(eq(materials.id, id))
    : []
  if (!row?.picture || row.mediaType === null) {
    throw new TributaryError('not_found', 'There is no such picture.')
  }
  return { title: row.title, picture: row.picture, mediaType: row.mediaType }
}

function requirePartner(actor: Actor): void {
  if (portalOf(actor) === null) requireViewer(actor)
}
