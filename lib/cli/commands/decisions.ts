import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { reverseOffStripePayment } from '@/lib/intake/reverse-off-stripe-payment'
import { only, operator, UsageError, type Asked, type Command } from './command'

const reason = { type: 'string', value: 'TEXT', help: 'why, for the record' } as const

function reasonOf(asked: Asked): string {
  const text = asked.text('reason')?.trim()
  if (!text) throw new UsageError('--reason is missing: say why.')
  return text
}

function standing(verb: string, status: string, summary: string, change: typeof suspendAffiliate): Command {
  return {
    name: `affiliates ${verb}`,
    usage: 'ID --reason TEXT',
    summary,
    options: { reason },
    needs: 'database',
    run: async (asked) => {
      const [affiliateId] = only(asked, 'ID')
      await change(operator, { affiliateId, reason: reasonOf(asked) })
      return { exit: 0, result: { affiliateId, status }, lines: [`${affiliateId} ${status}`] }
    },
  }
}

export const affiliateStandings: readonly Command[] = [
  standing('suspend', 'suspended', 'holds what is earned from now on', suspendAffiliate),
  standing('reactivate', 'active', 'takes a suspension back and releases what it held', reactivateAffiliate),
  standing('close', 'closed', 'ends it: later payments earn nothing', closeAffiliate),
  standing('reopen', 'active', 'lets a closed affiliate earn again', reopenAffiliate),
]

export const paymentsReverse: Command = {
  name: 'payments reverse',
  usage: 'ID --reason TEXT [--amount MINOR]',
  summary: 'takes a payment outside Stripe back, wholly or in part',
  options: { reason, amount: { type: 'string', value: 'MINOR', help: 'in minor units; all that is left' } },
  needs: 'database',
  run: async (asked) => {
    const [paymentId] = only(asked, 'ID')
    const amount = asked.text('amount')
    if (amount !== undefined && !/^[1-9]\d{0,15}$/.test(amount))
      throw new UsageError('--amount is not usable: whole minor units are wanted.')
    const part = amount === undefined ? {} : { amountMinor: BigInt(amount) }
    const input = { paymentId, reason: reasonOf(asked), ...part }
    const reversalId = await reverseOffStripePayment(operator, input)
    return { exit: 0, result: { paymentId, reversalId }, lines: [reversalId] }
  },
}
