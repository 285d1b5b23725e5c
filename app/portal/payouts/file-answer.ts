import 'server-only'
import { requireAffiliatePerson } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { getPayout } from '@/lib/payouts/queries'

type Person = Awaited<ReturnType<typeof requireAffiliatePerson>>

/** A file about a payout of the affiliate who asks; of anybody else’s there is none. */
export async function fileAnswer(
  payoutId: string,
  make: (person: Person) => Promise<{ name: string; type: string; body: string | Uint8Array<ArrayBuffer> }>,
): Promise<Response> {
  const person = await requireAffiliatePerson('/portal/payouts')
  try {
    const payout = await getPayout(person, payoutId)
    if (payout.affiliateId !== person.affiliateId || payout.approvedOn === null)
      throw new TributaryError('not_found', 'There is no such payout.')
    const { name, type, body } = await make(person)
    return new Response(body, {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      },
    })
  } catch (error) {
    if (error instanceof TributaryError) return new Response(`${error.message}\n`, { status: error.status })
    throw error
  }
}
