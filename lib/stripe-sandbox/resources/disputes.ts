import { moveDispute } from '@/lib/stripe-sandbox/billing/disputes'
import { boolean, clearable, map, mergeMetadata, metadata, text } from '@/lib/stripe-sandbox/machine/fields'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'

/** The words by which evidence decides a test dispute. https://docs.stripe.com/testing#evidence */
const verdicts: Record<string, 'won' | 'lost'> = { winning_evidence: 'won', losing_evidence: 'lost' }

export const disputeRoutes = [
  route('GET', '/v1/disputes/:id', {}, (world, _, id) => world.store.need('dispute', id)),
  route(
    'POST',
    '/v1/disputes/:id',
    { evidence: map(clearable(text)), submit: boolean, metadata },
    (world, params, id) => {
      const before = world.store.need('dispute', id)
      const charge = world.store.need('charge', before.charge)
      const { submit = true, evidence } = params
      const isSubmitted = evidence !== undefined && submit
      const isWarning = before.status.startsWith('warning')
      const after = world.store.update('dispute', id, {
        evidence: { ...before.evidence, ...evidence },
        evidence_details: {
          ...before.evidence_details,
          has_evidence: before.evidence_details.has_evidence || evidence !== undefined,
          submission_count: before.evidence_details.submission_count + (isSubmitted ? 1 : 0),
        },
        metadata: mergeMetadata(before.metadata, params.metadata),
        ...(isSubmitted
          ? { status: isWarning ? ('warning_under_review' as const) : ('under_review' as const) }
          : {}),
      })
      world.emit('charge.dispute.updated', after, world.at(charge.customer), before)
      const verdict = isSubmitted ? verdicts[evidence['uncategorized_text'] ?? ''] : undefined
      if (verdict) world.later(() => moveDispute(world, id, isWarning ? 'warning_closed' : verdict))
      return after
    },
  ),
  route('POST', '/v1/disputes/:id/close', {}, (world, _, id) => moveDispute(world, id, 'lost')),
  route('GET', '/v1/disputes', { ...listShape, charge: text, payment_intent: text }, (world, params) =>
    page(world, 'dispute', '/v1/disputes', params, {
      by: narrowest({ charge: params.charge, payment_intent: params.payment_intent }),
    }),
  ),
  route('GET', '/v1/radar/early_fraud_warnings/:id', {}, (world, _, id) =>
    world.store.need('radar.early_fraud_warning', id),
  ),
  route(
    'GET',
    '/v1/radar/early_fraud_warnings',
    { ...listShape, charge: text, payment_intent: text },
    (world, params) =>
      page(world, 'radar.early_fraud_warning', '/v1/radar/early_fraud_warnings', params, {
        by: narrowest({ charge: params.charge, payment_intent: params.payment_intent }),
      }),
  ),
]
