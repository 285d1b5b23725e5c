import { createCreditNote, voidCreditNote } from '@/lib/stripe-sandbox/billing/credit-notes'
import {
  amount,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'

const lineShape = object({
  type: needed(oneOf('custom_line_item', 'invoice_line_item')),
  amount,
  description: text,
  invoice_line_item: text,
  quantity: integer,
  unit_amount: amount,
})

const refundShape = object({
  type: oneOf('refund', 'payment_record_refund'),
  refund: text,
  payment_record_refund: object({ payment_record: needed(text), refund_group: needed(text) }),
  amount_refunded: amount,
})

export const creditNoteRoutes = [
  route(
    'POST',
    '/v1/credit_notes',
    {
      invoice: needed(text),
      amount,
      lines: list(lineShape),
      refund_amount: amount,
      credit_amount: amount,
      out_of_band_amount: amount,
      refunds: list(refundShape),
      reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
      memo: text,
      metadata,
      email_type: unused,
    },
    (world, params) => {
      const { invoice, lines, metadata: change, ...rest } = params
      return createCreditNote(world, invoice, {
        ...rest,
        metadata: mergeMetadata({}, change),
        ...(lines
          ? {
              lines: lines.map((line, i) => {
                const whole =
                  line.amount ??
                  (line.unit_amount === undefined ? undefined : line.unit_amount * (line.quantity ?? 1))
                if (whole === undefined)
                  throw invalid('Missing required param: amount.', `lines[${i}][amount]`, 'parameter_missing')
                const source = line.invoice_line_item
                  ? world.store.need('line_item', line.invoice_line_item, 'lines')
                  : null
                return {
                  type: line.type,
                  amount: whole,
                  description: line.description ?? source?.description ?? null,
                  ...(source ? { invoiceLine: source.id } : {}),
                }
              }),
            }
          : {}),
      })
    },
  ),
  route('GET', '/v1/credit_notes/:id', {}, (world, _, id) => world.store.need('credit_note', id)),
  route('POST', '/v1/credit_notes/:id/void', {}, (world, _, id) => voidCreditNote(world, id)),
  route(
    'GET',
    '/v1/credit_notes/:id/lines',
    pageShape,
    (world, _, id) => world.store.need('credit_note', id).lines,
  ),
  route('GET', '/v1/credit_notes', { ...listShape, customer: text, invoice: text }, (world, params) =>
    page(world, 'credit_note', '/v1/credit_notes', params, {
      by: narrowest({ invoice: params.invoice, customer: params.customer }),
    }),
  ),
]
