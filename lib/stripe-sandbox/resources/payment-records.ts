import { putRecord, refundRecord } from '@/lib/stripe-sandbox/billing/payment-records'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import {
  amount,
  clearable,
  currency,
  integer,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'

const money = object({ currency: needed(currency), value: needed(amount) })
const processor = object({
  type: needed(oneOf('custom')),
  custom: object({ payment_reference: needed(text) }),
})
const method = object({
  type: oneOf('custom'),
  payment_method: text,
  billing_details: unused,
  custom: object({ display_name: text, type: text }),
})

export const paymentRecordRoutes = [
  route(
    'POST',
    '/v1/payment_records/report_payment',
    {
      amount_requested: needed(money),
      initiated_at: needed(integer),
      payment_method_details: needed(method),
      customer_details: object({ customer: text, email: text, name: text, phone: text }),
      customer_presence: oneOf('off_session', 'on_session'),
      description: text,
      outcome: oneOf('canceled', 'failed', 'guaranteed'),
      canceled: object({ canceled_at: needed(integer) }),
      failed: object({ failed_at: needed(integer) }),
      guaranteed: object({ guaranteed_at: needed(integer) }),
      processor_details: processor,
      metadata: clearable(metadata),
    },
    (world, params) => {
      const { outcome, customer_details: customer } = params
      if (outcome && params[outcome] === undefined) {
        throw invalid(`Missing required param: ${outcome}.`, outcome, 'parameter_missing')
      }
      return putRecord(world, {
        amount: params.amount_requested.value,
        currency: params.amount_requested.currency,
        customer: customer?.customer ?? null,
        email: customer?.email ?? null,
        at: params.initiated_at,
        outcome: outcome ?? null,
        method: params.payment_method_details.custom?.display_name ?? 'Other',
        reference: params.processor_details?.custom?.payment_reference ?? null,
        reportedBy: 'self',
        description: params.description ?? null,
        metadata: mergeMetadata({}, params.metadata),
      })
    },
  ),
  route(
    'POST',
    '/v1/payment_records/:id/report_refund',
    {
      outcome: needed(oneOf('refunded')),
      processor_details: needed(
        object({ type: needed(oneOf('custom')), custom: object({ refund_reference: needed(text) }) }),
      ),
      amount: money,
      initiated_at: integer,
      refunded: object({ refunded_at: needed(integer) }),
      metadata: clearable(metadata),
    },
    (world, params, id) => refundRecord(world, id, params.amount?.value),
  ),
  route('GET', '/v1/payment_records/:id', {}, (world, _, id) => world.store.need('payment_record', id)),
  route(
    'GET',
    '/v1/payment_records',
    { ...pageShape, created_after: integer, created_before: integer },
    (world, { created_after: after, created_before: before, ...params }) =>
      page(world, 'payment_record', '/v1/payment_records', params, {
        where: (it) =>
          (after === undefined || it.created > after) && (before === undefined || it.created < before),
      }),
  ),
]
