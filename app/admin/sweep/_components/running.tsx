import { countText } from '@/components/count'
import { DayTime, Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import type { RunningSweep } from '@/lib/intake/reconcile/queries'
import { Progress } from '../../payouts/_components/progress'

/** The sweep that is under way, and how far it has come. */
export function Running({ sweep }: { sweep: RunningSweep }) {
  const { since, startedAt, at, share, seen, error } = sweep
  return (
    <Card>
      <CardTitle>Under way</CardTitle>
      <CardText className="mb-5 max-w-prose">
        Over everything since <DayTime value={since.toISOString().slice(0, 10)} />, begun{' '}
        <Moment at={startedAt} />. It goes on by itself, also after a restart.
      </CardText>
      {error === null ? null : (
        <Notice tone="bad" className="mb-5">
          It was stopped, and is tried again in half a minute: {error}
        </Notice>
      )}
      <Progress
        title={at === null ? 'A worker takes it up within half a minute' : `At ${at}`}
        done={share}
        moving
      />
      <p className="figures mt-3 text-sm text-muted">{countText(seen)} objects seen so far</p>
    </Card>
  )
}
