import 'server-only'
import { programme, type Querying } from '@/db'
import { publicUrl } from '@/lib/env'
import type { Sender } from './letter'

/** The programme as it signs its letters. */
export async function findSender(db: Querying): Promise<Sender> {
  const { name, accent, logoId } = programme
  const [books] = await db.select({ name, accent, logoId }).from(programme)
  if (!books) return { name: 'Tributary', accent: null, logo: null }
  const logo = books.logoId === null ? null : `${publicUrl()}/logo/${books.logoId}`
  return { name: books.name, accent: books.accent, logo }
}
