import type { ReactNode } from 'react'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import type { SessionDto } from '@/lib/auth/sessions'

/** Where somebody is signed in. @param children what ends it, unless it is the reader's own */
export function SessionRow({
  browser,
  beganAt,
  lastRenewedAt,
  expires,
  current,
  children,
}: SessionDto & { children?: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="text-[0.9375rem]">
        <p className="font-medium">{browser}</p>
        <p className="text-sm text-muted">
          Since <Moment at={beganAt ?? lastRenewedAt} />, until <Moment at={expires} /> at most
        </p>
      </div>
      {current ? <Badge tone="good">This one</Badge> : children}
    </li>
  )
}
