import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Shell, type RoomLink } from '@/components/shell'
import { requireConsolePerson, signOut } from '@/lib/auth'
import { programmeFacts } from '../_components/programme'

/** Nothing here is known when it is built: no database, no visitor. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = { title: { default: 'Console', template: '%s · Console' } }

const links: RoomLink[] = [
  { href: '/admin', label: 'Overview', exact: true },
  { href: '/admin/affiliates', label: 'Affiliates' },
  { href: '/admin/codes', label: 'Codes' },
  { href: '/admin/customers', label: 'Customers' },
  { href: '/admin/commissions', label: 'Commissions' },
  { href: '/admin/payouts', label: 'Payouts' },
  {
    href: '/admin/anomalies',
    label: 'Review',
    rooms: [
      { href: '/admin/anomalies', label: 'Anomalies' },
      { href: '/admin/unmatched', label: 'Unmatched' },
      { href: '/admin/conflicts', label: 'Conflicts' },
    ],
  },
  {
    href: '/admin/events',
    label: 'Record',
    rooms: [
      { href: '/admin/events', label: 'Events' },
      { href: '/admin/sweep', label: 'Sweep' },
      { href: '/admin/audit', label: 'Audit log' },
    ],
  },
  {
    href: '/admin/team',
    label: 'Programme',
    rooms: [
      { href: '/admin/team', label: 'Team' },
      { href: '/admin/terms', label: 'Terms' },
      { href: '/admin/programme', label: 'Name and looks' },
      { href: '/admin/alerts', label: 'Alerts' },
      { href: '/admin/imports', label: 'Another product' },
      { href: '/admin/setup', label: 'Setting up' },
    ],
  },
]

/** What only administrators may open is not offered to others. */
function linksOf(role: string): RoomLink[] {
  const isOffered = ({ href }: RoomLink) => role === 'admin' || href !== '/admin/setup'
  return links.map((link) => ({ ...link, ...(link.rooms && { rooms: link.rooms.filter(isOffered) }) }))
}

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const person = await requireConsolePerson()
  const programme = await programmeFacts()
  return (
    <Shell
      home="/admin"
      programmeName={programme?.name ?? 'Tributary'}
      looks={programme}
      room="Console"
      links={person.administrator ? linksOf(person.administrator.role) : []}
      person={{ email: person.email, signOut }}
      sandboxNow={programme?.booksMode === 'sandbox' ? programme.now : undefined}
    >
      {children}
    </Shell>
  )
}
