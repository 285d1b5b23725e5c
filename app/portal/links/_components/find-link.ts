import 'server-only'
import { notFound } from 'next/navigation'
import { requireAffiliatePerson } from '@/lib/auth'
import { listLinks, type LinkSummary } from '@/lib/links/queries'

/** What the code's own link, which has no id, is called in addresses. */
export const ownLink = 'code'

/** One of the signed-in affiliate's own links; for all others there is no such page. */
export async function findLink(id: string): Promise<LinkSummary> {
  const person = await requireAffiliatePerson('/portal/links')
  const { links } = await listLinks(person, person.affiliateId)
  return links.find((link) => (link.id ?? ownLink) === id) ?? notFound()
}

/** Of a file to be saved: the last part of the link's address. */
export function fileName({ address }: LinkSummary, ending: 'svg' | 'png'): string {
  return `${new URL(address).pathname.slice(3).replaceAll('/', '-')}.${ending}`
}
