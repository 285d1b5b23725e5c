import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Shell, type RoomLink } from '@/components/shell'
import { signOut } from '@/lib/auth'
import { programmeFacts } from '../_components/programme'
import { Watching } from './_components/watching'
import { requireReader } from './_components/require-reader'

/** Nothing here is known when it is built: no database, no visitor. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = { title: { default: 'Your earnings', template: '%s · Your earnings' } }

const links: RoomLink[] = [
  { href: '/portal', label: 'Home', exact: true },
  { href: '/portal/links', label: 'Code and links' },
  { href: '/portal/customers', label: 'Customers' },
  { href: '/portal/commissions', label: 'Commissions' },
  { href: '/portal/payouts', label: 'Payouts' },
  {
    href: '/portal/settings',
    label: 'Settings',
    rooms: [
      { href: '/portal/settings', label: 'Settings' },
      { href: '/portal/terms', label: 'Your terms' },
    ],
  },
]

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const person = await requireReader()
  const mayGoOver = person.kind === 'person' && (person.administrator ?? person.awaiting)
  const programme = await programmeFacts()
  return (
    <Shell
      home="/portal"
      programmeName={programme?.name ?? 'Tributary'}
      looks={programme}
      room="Partners"
      links={mayGoOver ? [...links, { href: '/admin', label: 'Console' }] : links}
      person={{ email: person.email, signOut }}
      above={person.kind === 'watcher' ? <Watching watcher={person} /> : null}
      sandboxNow={programme?.booksMode === 'sandbox' ? programme.now : undefined}
    >
      {children}
    </Shell>
  )
}
