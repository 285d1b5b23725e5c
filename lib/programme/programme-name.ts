import 'server-only'
import { programme, type Querying } from '@/db'

/** What books are called until somebody names them. */
export const unnamedProgramme = 'Affiliate programme'

/** What the programme is called, in letters and on pages. */
export async function programmeName(db: Querying): Promise<string> {
  const [books] = await db.select({ name: programme.name }).from(programme)
  return books?.name ?? 'Tributary'
}
