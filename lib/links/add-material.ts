import 'server-only'
import { database, materials, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

export type NewMaterial = { title: string } & ({ text: string } | { picture: Buffer })

const mostBytes = 2 * 1024 * 1024

/**
 * Something to recommend with, for all affiliates: a text, in which {code} and {link} stand for the affiliate's own, or a picture
 * (PNG, JPEG, GIF, WebP; at most 2 MiB).
 * @throws TributaryError invalid, field `title`, `text` or `picture`
 */
export async function addMaterial(
  actor: Actor,
  material: NewMaterial,
  db: Database = database(),
): Promise<{ id: number }> {
  requireRole(actor, 'admin')
  const title = material.title.replace(/\s+/g, ' ').trim()
  if (title === '' || title.length > 80) {
    throw new TributaryError('invalid', 'A title of at most 80 characters is wanted.', 'title')
  }
  const body = 'text' in material ? checkText(material.text) : checkPicture(material.picture)
  return db.transaction(async (tx) => {
    const now = await programmeNow(tx)
    const [row] = await tx
      .insert(materials)
      .values({ title, ...body, createdAt: now })
      .returning({ id: materials.id })
    if (!row) throw new Error('The material was not written')
    const after = { title, kind: 'text' in body ? 'text' : body.mediaType }
    await writeAudit(tx, { actor, action: 'material.add', subjectId: String(row.id), after, at: now })
    return { id: row.id }
  })
}

function checkText(typed: string): { text: string } {
  const text = typed.replaceAll('\r\n', '\n').trim()
  if (text === '' || text.length > 5000) {
    throw new TributaryError('invalid', 'A text of at most 5000 characters is wanted.', 'text')
  }
  return { text }
}

function checkPicture(picture: Buffer): { picture: Buffer; mediaType: string } {
  const mediaType = mediaTypeOf(picture)
  if (mediaType === null) {
    throw new TributaryError('invalid', 'A PNG, JPEG, GIF or WebP picture is wanted.', 'picture')
  }
  if (picture.length > mostBytes) {
    throw new TributaryError('invalid', 'A picture has at most 2 MiB.', 'picture')
  }
  return { picture, mediaType }
}

/** By its first bytes: a name may say anything. SVG is left out, since it can carry scripts. */
function mediaTypeOf(picture: Buffer): string | null {
  const head = picture.subarray(0, 12).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(head)) return 'image/gif'
  return /^RIFF[^]{4}WEBP$/.test(head) ? 'image/webp' : null
}
