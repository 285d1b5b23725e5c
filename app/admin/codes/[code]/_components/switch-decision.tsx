import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { DecisionForm } from '@/components/decision-form'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { onceField } from '@/lib/action-state'
import type { CodeOfAffiliate } from '@/lib/codes/console-queries'
import { change } from '../../actions'

const words = {
  paused: {
    choose: 'Pause',
    means:
      'Nobody can redeem it from then on. Whoever came by it keeps the discount and goes on earning for the affiliate, and its links and QR codes go on leading to the product.',
  },
  active: { choose: 'Switch on', means: 'It can be redeemed at Stripe again.' },
} as const

/** Pausing and resuming, and leaving it as somebody made it at Stripe. */
export function SwitchDecision({
  code,
  chosen,
}: {
  code: CodeOfAffiliate
  chosen: keyof typeof words | undefined
}) {
  const { code: text, status, switchTo, drift, standing } = code
  if (switchTo !== null || (status !== 'active' && status !== 'paused')) return null
  const possible = (['paused', 'active'] as const).filter((to) => to !== status || drift !== null)
  const to = chosen && possible.includes(chosen) ? chosen : undefined
  const path = `/admin/codes/${encodeURIComponent(text.toUpperCase())}`
  return (
    <Card id="switch">
      <CardTitle>Pause and resume</CardTitle>
      <CardText>A code is never deleted and never renamed: links and print go on working.</CardText>
      <div className="mt-4 flex flex-wrap gap-2">
        {possible.map((each) => (
          <Button key={each} asChild size="small" look={each === to ? 'primary' : 'secondary'}>
            <Link
              href={`${withQuery(path, { decide: each })}#switch`}
              aria-current={each === to ? 'true' : undefined}
            >
              {labelOf(each, status)}
            </Link>
          </Button>
        ))}
      </div>
      {to ? (
        <div className="mt-5 space-y-5 border-t border-line pt-5">
          <p className="max-w-prose text-[0.9375rem]">{words[to].means}</p>
          <DecisionForm
            action={change}
            confirm={labelOf(to, status)}
            danger={to === 'paused'}
            fields={{ [onceField]: randomUUID(), code: text, to, seen: standing }}
          />
        </div>
      ) : null}
    </Card>
  )
}

function labelOf(to: keyof typeof words, status: CodeOfAffiliate['status']): string {
  if (to !== status) return words[to].choose
  return to === 'active' ? 'Leave it on' : 'Leave it paused'
}
