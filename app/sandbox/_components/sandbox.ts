import 'server-only'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import type { Actor } from '@/lib/actor'
import type { ProgrammeFacts } from '@/lib/programme/figures'

/** Whoever plays at the counter: nobody has to sign in for it, on sandbox books. */
const player: Actor = { kind: 'system', job: 'sandbox-counter' }

/** The programme, and as whom the counter acts. On all other books there is no such page. */
export async function requireSandbox(): Promise<{ programme: ProgrammeFacts; player: Actor }> {
  const programme = await programmeFacts()
  if (programme?.booksMode !== 'sandbox') notFound()
  return { programme, player }
}
