import { Moment } from '@/components/time'
import type { AuditEntry } from '@/lib/audit/queries'

/** `affiliate.suspend` as people say it. */
export function deedText(action: string): string {
  const [thing = '', verb = ''] = action.split('.')
  const words = `${verb.replaceAll('_', ' ')} ${thing.replaceAll('_', ' ')}`
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Who decided what about one subject, the latest first. */
export function Decisions({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <ul className="divide-y divide-line">
      {entries.map(({ id, action, actorKind, actorId, actorName, at, reason }) => (
        <li key={id} className="py-3">
          <p className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
            <span className="font-medium">{deedText(action)}</span>
            <span className="text-sm text-muted">
              {actorName ?? `${actorKind.replace('_', ' ')} ${actorId}`}, <Moment at={at} />
            </span>
          </p>
          {reason ? <p className="mt-1 text-[0.9375rem]">{reason}</p> : null}
        </li>
      ))}
    </ul>
  )
}
