import { requireAffiliatePerson } from '@/lib/auth'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'

/** All of an affiliate's commissions, page by page as they are read. */
export async function GET(): Promise<Response> {
  const person = await requireAffiliatePerson('/portal/commissions')
  const pages = streamCommissionsCsv(person, person.affiliateId)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="commissions.csv"',
      'cache-control': 'private, no-store',
    },
  })
}
