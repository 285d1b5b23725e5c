import { moneyText, rateText } from '@/components/money'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { CodeSummary } from '@/lib/codes/queries'

const words: Record<CodeSummary['status'], { text: string; tone: BadgeTone }> = {
  provisioning: { text: 'Being made', tone: 'wait' },
  active: { text: 'Works', tone: 'good' },
  paused: { text: 'Paused', tone: 'wait' },
  exhausted: { text: 'Used up', tone: 'plain' },
  gone: { text: 'Gone', tone: 'plain' },
}

export function CodeStatus({ status, expired }: Pick<CodeSummary, 'status' | 'expired'>) {
  if (expired && status !== 'gone') return <Badge>Expired</Badge>
  return <Badge tone={words[status].tone}>{words[status].text}</Badge>
}

type Given = Pick<
  CodeSummary,
  'percentOffBps' | 'amountOffMinor' | 'amountOffCurrency' | 'duration' | 'durationInMonths'
>

/** What a customer who types it pays less. */
export function CodeGives({ code }: { code: Given }) {
  const { percentOffBps, amountOffMinor, amountOffCurrency } = code
  if (percentOffBps !== null) return `${rateText(percentOffBps)} off, ${howLong(code)}`
  return amountOffMinor !== null && amountOffCurrency !== null
    ? `${moneyText(amountOffMinor, amountOffCurrency)} off, ${howLong(code)}`
    : 'nothing'
}

function howLong({ duration, durationInMonths }: Given): string {
  if (duration === 'forever') return 'for ever'
  if (duration === 'once' || durationInMonths === null) return 'once'
  return durationInMonths === 1 ? 'for a month' : `for ${durationInMonths} months`
}
