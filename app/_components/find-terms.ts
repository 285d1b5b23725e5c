import 'server-only'
import { TributaryError } from '@/lib/errors'
import { getTerms, type TermsInForce } from '@/lib/programme/queries'

/** The terms in force; null before the programme is set up. */
export async function findTerms(): Promise<TermsInForce | null> {
  try {
    return await getTerms()
  } catch (error) {
    if (error instanceof TributaryError && error.code === 'not_found') return null
    throw error
  }
}
