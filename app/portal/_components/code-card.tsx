import { CopyButton } from '@/components/copy-button'
import { moneyText, rateText } from '@/components/money'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Card, CardText } from '@/components/ui/card'
import { cn } from '@/components/ui/cn'
import type { AffiliateSummary } from '@/lib/affiliates/queries'

type Code = AffiliateSummary['codes'][number]

const states: Record<Code['status'], { text: string; tone: BadgeTone; why: string }> = {
  active: { text: 'Works', tone: 'good', why: '' },
  provisioning: {
    text: 'Being made',
    tone: 'wait',
    why: 'It is being made in Stripe and works in a moment.',
  },
  paused: { text: 'Paused', tone: 'wait', why: 'New customers cannot use it now. Yours stay yours.' },
  exhausted: { text: 'Used up', tone: 'plain', why: 'It reached its limit. Your customers stay yours.' },
  gone: { text: 'Gone', tone: 'plain', why: 'It no longer exists in Stripe. Your customers stay yours.' },
}

/** The permanent code, to be copied, and whether it works; `large` where the page is about it. */
export function CodeCard({ affiliate, large = false }: { affiliate: AffiliateSummary; large?: boolean }) {
  const [code] = affiliate.codes
  if (!code) {
    return (
      <Card>
        <h2 className="text-sm text-muted">Your code</h2>
        {affiliate.status === 'closed' ? (
          <p className="mt-2 text-lg font-medium">Your application was not accepted.</p>
        ) : (
          <>
            <p className="mt-2 text-lg font-medium">It comes with your approval.</p>
            <CardText>Your application is being looked at. You will hear by e-mail.</CardText>
          </>
        )}
      </Card>
    )
  }
  const state = states[code.status]
  return (
    <Card className="flex flex-col">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-sm text-muted">Your code</h2>
        <Badge tone={state.tone}>{state.text}</Badge>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-3">
        <p
          className={cn(
            'min-w-0 font-mono font-semibold tracking-tight break-all text-accent',
            large ? 'text-5xl sm:text-7xl' : 'text-4xl sm:text-5xl',
          )}
        >
          {code.code}
        </p>
        <CopyButton text={code.code} label="Copy" />
      </div>
      <CardText className="mt-auto pt-5">
        {`${discountOf(code)} off, for ever, for everybody who types it when they pay; you earn ${rateText(affiliate.rateBps)} of what is left after tax and fees, for as long as they pay.`}
        {state.why ? ` ${state.why}` : ''}
      </CardText>
    </Card>
  )
}

function discountOf(code: Code): string {
  if (code.percentOffBps !== null) return rateText(code.percentOffBps)
  return code.amountOffMinor !== null && code.amountOffCurrency !== null
    ? moneyText(code.amountOffMinor, code.amountOffCurrency)
    : 'A discount'
}
