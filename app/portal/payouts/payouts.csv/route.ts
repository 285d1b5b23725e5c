import { csvStream } from '@/app/_components/csv-stream'
import { requireAffiliatePerson } from '@/lib/auth'
import { payoutList } from '../../_lists'

/** The list as its page's address narrows it, whole. */
export async function GET(request: Request): Promise<Response> {
  const person = await requireAffiliatePerson('/portal/payouts')
  const query = Object.fromEntries(new URL(request.url).searchParams)
  return csvStream('payouts.csv', payoutList.file(person, query))
}
