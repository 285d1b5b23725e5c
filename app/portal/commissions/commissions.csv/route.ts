import { csvStream } from '@/app/_components/csv-stream'
import { requireAffiliatePerson } from '@/lib/auth'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'
import { commissionList } from '../../_lists'

/** An affiliate's commissions as their page's address narrows them, page by page as they are read. */
export async function GET(request: Request): Promise<Response> {
  const person = await requireAffiliatePerson('/portal/commissions')
  const narrowed = commissionList.filterOf(Object.fromEntries(new URL(request.url).searchParams))
  return csvStream('commissions.csv', streamCommissionsCsv(person, person.affiliateId, narrowed))
}
