import { programmeFacts } from '@/app/_components/programme'
import { requireAdministrator } from '@/lib/auth'
import { monthOf } from '@/lib/calendar'
import { journalCsv } from '@/lib/payouts/journal'
import { csvAnswer } from '../csv-answer'
import { monthIn } from '../journal/month-in'

/** `?from=2026-01&to=2026-12`; without them, the present month. */
export async function GET(request: Request): Promise<Response> {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  const { searchParams } = new URL(request.url)
  const present = monthOf(programme?.on ?? '1970-01-01')
  const from = monthIn(searchParams.get('from') ?? undefined) ?? present
  const to = monthIn(searchParams.get('to') ?? undefined) ?? present
  return csvAnswer(() => journalCsv(person, { from, to }))
}
