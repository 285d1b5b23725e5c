import 'server-only'
import { writeFor } from '@/components/reader'
import { requireAffiliatePerson } from '@/lib/auth'
import { getLocale } from '@/lib/settings/queries'

/** For the portal's pages: an affiliate, for whom the page is then written. Others as in `requireAffiliatePerson`. */
export async function requireReader(path?: string): ReturnType<typeof requireAffiliatePerson> {
  const person = await requireAffiliatePerson(path)
  writeFor(await getLocale(person, person.affiliateId))
  return person
}
