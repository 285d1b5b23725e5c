import type { Querying } from '@/db'
import type { Instant } from '@/lib/calendar'
import { anomalySettingOf, type Terms } from '@/lib/programme/schemas'
import { decide, type Decision } from './decide'
import { loadExemptions, loadVerdicts } from './decide-payments'
import { loadSignals, signalOf } from './signals'

interface Decided {
  paymentId: string
  customerId: string | null
  affiliateId: string
  paidAt: Instant
}

/**
 * What would have become of payments, had the rules that spoke of them done what these terms say. A rule that was off did not speak,
 * and how many it takes is not looked at anew.
 */
export async function decideAsIf(
  db: Querying,
  payments: readonly Decided[],
  anomalies: Terms['anomalies'],
): Promise<Map<string, Decision>> {
  const paymentIds = payments.map(({ paymentId }) => paymentId)
  const customerIds = payments.flatMap(({ customerId }) => customerId ?? [])
  const affiliateIds = [...new Set(payments.map(({ affiliateId }) => affiliateId))]
  const [written, words, exempt] = await Promise.all([
    loadSignals(db, paymentIds),
    loadVerdicts(db, [...new Set([...paymentIds, ...customerIds])]),
    loadExemptions(db, affiliateIds),
  ])
  const signals = written
    .filter(({ stands }) => stands)
    .flatMap((row) => {
      const signal = signalOf(row)
      const { action } = anomalySettingOf(anomalies, signal.rule)
      return action === 'off' ? [] : [{ ...signal, action }]
    })
  return new Map(
    payments.map(({ paymentId, customerId, affiliateId, paidAt }) => {
      const own = signals.filter((each) => each.paymentId === paymentId && each.affiliateId === affiliateId)
      const spoken = words.filter(({ subjectId }) => subjectId === paymentId || subjectId === customerId)
      const exemptOf = exempt.filter((row) => row.affiliateId === affiliateId)
      return [paymentId, decide(paidAt, own, spoken, exemptOf)]
    }),
  )
}
