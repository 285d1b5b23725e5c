import Link from 'next/link'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { AuditEntry } from '@/lib/audit/queries'

const deeds: Record<string, string> = {
  'code.create': 'Made',
  'code.create_many': 'Made from a file',
  'code.assign': 'Assigned',
  'code.pause': 'Paused',
  'code.resume': 'Switched on',
  'code.switch_refused': 'Stripe refused to switch it',
}

/** Who decided what about a code, the latest first. */
export function History({ entries, all }: { entries: readonly AuditEntry[]; all: string }) {
  return (
    <Card>
      <CardTitle>History</CardTitle>
      {entries.length === 0 ? (
        <CardText>Made with its affiliate; nobody has decided anything about it since.</CardText>
      ) : (
        <ul className="mt-3 divide-y divide-line">
          {entries.map(({ id, at, action, actorName, actorId, reason }) => (
            <li key={id} className="py-3 text-[0.9375rem]">
              <span className="font-medium">{deeds[action] ?? action}</span>
              <span className="text-muted">
                {' '}
                by {actorName ?? actorId}, <Moment at={at} />
              </span>
              {reason ? <p className="mt-0.5 text-muted">{reason}</p> : null}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-3 text-sm">
        <Link className="text-accent underline underline-offset-2" href={all}>
          All of it in the audit log
        </Link>
      </p>
    </Card>
  )
}
