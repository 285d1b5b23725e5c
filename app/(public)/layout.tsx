import type { ReactNode } from 'react'
import { Shell } from '@/components/shell'
import { currentActor, homeOf } from '@/lib/auth'
import { programmeFacts } from '../_components/programme'

/** Nothing here is known when it is built: no database, no visitor. */
export const dynamic = 'force-dynamic'

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const [programme, person] = await Promise.all([programmeFacts(), currentActor()])
  const home = person ? homeOf(person) : '/'
  const rooms = {
    '/': [],
    '/portal': [{ href: '/portal', label: 'Your earnings' }],
    '/admin': [{ href: '/admin', label: 'Console' }],
  }
  const visitor = [
    { href: '/join', label: 'Join' },
    { href: '/sign-in', label: 'Sign in' },
  ]
  const sandbox = programme?.booksMode === 'sandbox'
  return (
    <Shell
      home="/"
      programmeName={programme?.name ?? 'Tributary'}
      looks={programme}
      room="Partners"
      links={[
        ...(person ? rooms[home] : visitor),
        ...(sandbox ? [{ href: '/sandbox', label: 'Sandbox' }] : []),
      ]}
      bare
    >
      {children}
    </Shell>
  )
}
