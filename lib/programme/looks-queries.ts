import 'server-only'
import { eq } from 'drizzle-orm'
import { database, programme, programmeLogos, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'

export interface Looks {
  name: string
  /** `#rrggbb`; null: Tributary's own. */
  accent: string | null
  /** Null: Tributary's own mark. */
  logoId: number | null
  /** For the next form: see `changeLooks`. */
  seen: string
}

export function looksOf({ name, accent, logoId }: Omit<Looks, 'seen'>): Looks {
  return { name, accent, logoId, seen: JSON.stringify([name, accent, logoId]) }
}

/** @throws TributaryError not_found before the first start */
export async function getLooks(actor: Actor, db: Querying = database()): Promise<Looks> {
  requireViewer(actor)
  const { name, accent, logoId } = programme
  const [row] = await db.select({ name, accent, logoId }).from(programme)
  if (!row) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  return looksOf(row)
}

/** A picture that stands or stood for the programme: public, as it is on public pages. Null: there is none. */
export async function findLogo(
  id: number,
  db: Querying = database(),
): Promise<{ picture: Buffer; mediaType: string } | null> {
  if (!Number.isSafeInteger(id)) return null
  const { picture, mediaType } = programmeLogos
  const [row] = await db.select({ picture, mediaType }).from(programmeLogos).where(eq(programmeLogos.id, id))
  return row ?? null
}
