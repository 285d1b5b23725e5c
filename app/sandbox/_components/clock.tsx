import { ActionButton } from '@/components/action-button'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { letTimePass } from '../actions'

const steps = [
  { step: 'day', text: 'A day' },
  { step: 'month', text: 'A month' },
  { step: 'year', text: 'A year' },
]

/** The sandbox's clock, which only runs ahead. */
export function Clock({ now }: { now: Date }) {
  return (
    <Card>
      <CardTitle>Let time pass</CardTitle>
      <p className="mt-3 text-xl font-semibold">
        <Moment at={now} />
      </p>
      <CardText className="mb-4">
        Subscriptions renew, instalments are earned, holds run out. There is no way back.
      </CardText>
      <div className="flex flex-wrap gap-2">
        {steps.map(({ step, text }) => (
          <ActionButton
            key={step}
            action={letTimePass}
            fields={{ step, once: crypto.randomUUID() }}
            look="secondary"
            label={`${text}: move the clock ahead`}
          >
            {text}
          </ActionButton>
        ))}
      </div>
    </Card>
  )
}
