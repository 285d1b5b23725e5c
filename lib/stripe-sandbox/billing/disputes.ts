import { bookTransaction, settled, settlementOf } from '@/lib/stripe-sandbox/billing/fees'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { BalanceTransaction, Dispute } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const noEvidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
} satisfies Dispute['evidence']

export interface DisputeAsk {
  /** In the charge's currency; the whole charge when absent. */
  amount?: number
  reason?: string
  /** An inquiry moves no money. */
  isInquiry?: boolean
}

/** A cardholder disputes a charge: the money and the fee are withdrawn at once. */
export function openDispute(world: World, chargeId: string, ask: DisputeAsk): Dispute {
  const charge = world.store.need('charge', chargeId)
  if (!charge.paid) throw invalid('This charge cannot be disputed: it was not paid.', 'charge')
  const at = world.at(charge.customer)
  const reason = ask.reason ?? 'fraudulent'
  const opened = {
    id: world.id('dp_'),
    object: 'dispute',
    amount: ask.amount ?? charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: at,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: at + 9 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: ask.isInquiry === true,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: {
        brand: 'visa',
        case_type: ask.isInquiry ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
    },
    reason,
    status: ask.isInquiry ? 'warning_needs_response' : 'needs_response',
  } satisfies Dispute
  world.store.put('dispute', opened)
  const disputed = world.store.update('charge', charge.id, { disputed: true })
  const withdrawn = ask.isInquiry ? opened : withdraw(world, opened)
  world.emit('charge.dispute.created', withdrawn, at)
  if (!ask.isInquiry) world.emit('charge.dispute.funds_withdrawn', withdrawn, at)
  world.emit('charge.updated', disputed, at, charge)
  return withdrawn
}

function moveFunds(world: World, dispute: Dispute, sign: 1 | -1): BalanceTransaction {
  const charge = world.store.need('charge', dispute.charge)
  const settlement = settlementOf(world, charge)
  const isWithdrawal = sign === -1
  return bookTransaction(world, {
    amount: sign * settled(dispute.amount, charge.currency, settlement),
    currency: settlement.currency,
    rate: settlement.rate,
    fee: isWithdrawal ? world.settings.disputeFeeMinor : 0,
    feeDescription: 'Dispute fee',
    type: 'adjustment',
    category: isWithdrawal ? 'dispute' : 'dispute_reversal',
    description: `Chargeback ${isWithdrawal ? 'withdrawal' : 'reversal'} for ${charge.id}`,
    source: dispute.id,
    at: world.at(charge.customer),
  })
}

function withdraw(world: World, dispute: Dispute): Dispute {
  const withdrawal = moveFunds(world, dispute, -1)
  return world.store.update('dispute', dispute.id, {
    balance_transactions: [...dispute.balance_transactions, withdrawal],
  })
}

export type DisputeStep =
  | 'under_review'
  | 'won'
  | 'lost'
  | 'warning_under_review'
  | 'warning_closed'
  | 'escalated'
  | 'prevented'
  | 'appeal_needs_response'
  | 'appeal_under_review'
  | 'funds_reinstated'

const closing = new Set<DisputeStep>(['won', 'lost', 'warning_closed', 'prevented'])

/** Takes a dispute on to its next status. `escalated` makes a chargeback of an inquiry; winning gives the money back. */
export function moveDispute(world: World, id: string, step: DisputeStep): Dispute {
  const before = world.store.need('dispute', id)
  const charge = world.store.need('charge', before.charge)
  const at = world.at(charge.customer)
  if (step === 'funds_reinstated') return reinstate(world, before, at)
  const status = step === 'escalated' ? 'needs_response' : step
  let after = world.store.update('dispute', id, {
    status,
    is_charge_refundable: status.startsWith('warning'),
  })
  if (step === 'escalated') {
    after = withdraw(world, after)
    world.emit('charge.dispute.updated', after, at, before)
    world.emit('charge.dispute.funds_withdrawn', after, at)
    return after
  }
  if (step === 'won' || step === 'prevented') after = reinstate(world, after, at)
  world.emit(closing.has(step) ? 'charge.dispute.closed' : 'charge.dispute.updated', after, at, before)
  return after
}

/** Gives back what is withdrawn; nothing where nothing is. */
function reinstate(world: World, dispute: Dispute, at: number): Dispute {
  const isOut = dispute.balance_transactions.reduce((sum, each) => sum + each.amount, 0) < 0
  if (!isOut) return dispute
  const reversal = moveFunds(world, dispute, 1)
  const after = world.store.update('dispute', dispute.id, {
    balance_transactions: [...dispute.balance_transactions, reversal],
  })
  world.emit('charge.dispute.funds_reinstated', after, at)
  return after
}
