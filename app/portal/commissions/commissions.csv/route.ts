import { csvStream } from '@/app/_components/csv-stream'
import { requireAffiliatePerson } from '@/lib/auth'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'

/** All of an affiliate's commissions, page by page as they are read. */
export async function GET(): Promise<Response> {
  const person = await requireAffiliatePerson('/portal/commissions')
  return csvStream('commissions.csv', streamCommissionsCsv(person, person.affiliateId))
}
