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

export function CodeStatus({ status }: { status: CodeSummary['status'] }) {
  return <Badge tone={words[status].tone}>{words[status].text}</Badge>
}

/** What a customer who types it pays less. */
export function CodeGives({ code }: { code: CodeSummary }) {
  const { percentOffBps, amountOffMinor, amountOffCurrency } = code
  if (percentOffBps !== null) return `${rateText(percentOffBps)} off, for ever`
  return amountOffMinor !== null && amountOffCurrency !== null
    ? `${moneyText(amountOffMinor, amountOffCurrency)} off, for ever`
    : 'nothing'
}

export function codeUsed({ redemptions, maxRedemptions }: CodeSummary): string {
  return maxRedemptions === null ? String(redemptions) : `${redemptions} of ${maxRedemptions}`
}
