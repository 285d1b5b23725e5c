import { durationText } from '@/components/event-outcome'
import { Figure, Figures } from '@/components/figure'
import { Moment } from '@/components/time'
import type { WebhookHealth } from '@/lib/intake/webhook-health'

/** How the webhook does: whether anything comes, how much, how fast it is in the ledger, and what failed. */
export function WebhookStrip({ health }: { health: WebhookHealth }) {
  const { lastAt, perHour, medianMs, p95Ms, oldestWaitingSeconds, quarantined, retried } = health
  const today = perHour.reduce((sum, count) => sum + count, 0)
  const took = (ms: number | null) => (ms === null ? '—' : durationText(ms))
  return (
    <section aria-label="The webhook" className="mb-8">
      <Figures className="grid-cols-2 lg:grid-cols-4">
        <Figure
          label="In the last day"
          meaning={
            lastAt ? (
              <>
                the last on <Moment at={lastAt} />
              </>
            ) : (
              'none ever came'
            )
          }
        >
          {today.toLocaleString('en')}
        </Figure>
        <div className="min-w-0 bg-surface p-5">
          <dt className="text-sm text-muted">By the hour</dt>
          <dd>
            <Hours perHour={perHour} />
          </dd>
        </div>
        <Figure label="In the ledger after" meaning={`95 % within ${took(p95Ms)}`}>
          {took(medianMs)}
        </Figure>
        <Figure
          label="In quarantine"
          meaning={
            oldestWaitingSeconds !== null && oldestWaitingSeconds > 60
              ? `the oldest waits for ${durationText(oldestWaitingSeconds * 1000)}`
              : `${retried.toLocaleString('en')} took more than one try`
          }
        >
          <span className={quarantined > 0 ? 'text-minus' : undefined}>
            {quarantined.toLocaleString('en')}
          </span>
        </Figure>
      </Figures>
    </section>
  )
}

function Hours({ perHour }: { perHour: readonly number[] }) {
  const most = Math.max(1, ...perHour)
  const [last] = perHour.slice(-1)
  const text = `At most ${most.toLocaleString('en')} in an hour, ${(last ?? 0).toLocaleString('en')} in the last one`
  return (
    <>
      <span className="mt-3 flex h-8 items-end gap-0.5" aria-hidden="true">
        {perHour.map((count, at) => (
          <span
            // The hours have no names but their places.
            key={at}
            className={count > 0 ? 'min-h-1 flex-1 rounded-t-sm bg-accent' : 'h-px flex-1 bg-edge/50'}
            style={count > 0 ? { height: `${(count / most) * 100}%` } : undefined}
          />
        ))}
      </span>
      <span className="mt-1.5 block text-sm text-muted">{text}</span>
    </>
  )
}
