import 'server-only'
import { z } from 'zod'
import { TributaryError } from '@/lib/errors'
import { findLastSweep, getTruths, listFindings } from '@/lib/intake/reconcile/queries'
import { currency, minor, moment, pageOf, pageQuery } from '../bodies'
import { defineEndpoint } from '../endpoint'

const millis = z.number().nullable().meta({ description: 'Milliseconds; null: nothing came' })

export const reconciliationBody = z.object({
  truths: z.object({
    clearing: z.object({
      holds: z.boolean(),
      off: z.array(z.object({ account: z.string(), affiliateId: z.string(), currency, minor })),
    }),
    timeliness: z.object({
      events: z.int(),
      medianMs: millis,
      p95Ms: millis,
      slowestMs: millis,
      oldestWaitingSeconds: z.number().nullable(),
    }),
    completeness: z.object({
      sweepId: z.int().nullable(),
      seen: z.int(),
      explained: z.int(),
      unexplained: z.int(),
      shareBps: z.int().nullable(),
      waiting: z.int(),
      quarantined: z.int(),
    }),
  }),
  sweep: z
    .object({
      id: z.int(),
      begunBy: z.enum(['nightly', 'by_hand']),
      state: z.enum(['running', 'done', 'abandoned']),
      since: moment.meta({ description: 'Objects made from then on, by Stripe’s time' }),
      startedAt: moment,
      finishedAt: moment.nullable(),
      calls: z.int().meta({ description: 'Requests to Stripe' }),
      limited: z.int().meta({ description: 'Those that it turned away as too many' }),
      error: z.string().nullable().meta({ description: 'What stopped it last' }),
      counts: z.array(
        z.object({
          kind: z.string().meta({ example: 'charge' }),
          seen: z.int(),
          right: z.int(),
          healed: z.int(),
          unexplained: z.int(),
        }),
      ),
      leakage: z.array(
        z.object({ affiliateId: z.string(), currency, missedMinor: minor, overpaidMinor: minor }),
      ),
    })
    .nullable()
    .meta({ description: 'The sweep begun last; null: there was none' }),
})

export const getReconciliationEndpoint = defineEndpoint({
  operationId: 'getReconciliation',
  method: 'GET',
  path: '/reconciliation',
  summary:
    'Clearing, timeliness and completeness as they are now, and what the last sweep over Stripe’s record found',
  scope: 'read',
  responses: { 200: { description: 'The three truths and the sweep', schema: reconciliationBody } },
  run: async ({ actor }) => {
    const [truths, last] = [await getTruths(actor), await findLastSweep(actor)]
    const sweep: z.input<typeof reconciliationBody>['sweep'] = last && {
      ...last,
      since: last.since.toISOString(),
      startedAt: last.startedAt.toISOString(),
      finishedAt: last.finishedAt?.toISOString() ?? null,
      leakage: last.leakage.map(({ affiliateId, currency, missedMinor, overpaidMinor }) => {
        return {
          affiliateId,
          currency,
          missedMinor: missedMinor.toString(),
          overpaidMinor: overpaidMinor.toString(),
        }
      }),
    }
    return { status: 200, body: { truths, sweep } }
  },
})

export const findingBody = z.object({
  kind: z.string().meta({ example: 'charge' }),
  objectId: z.string(),
  verdict: z.enum(['healed', 'unexplained']),
  sentence: z.string().meta({ description: 'Why, for a person' }),
  paymentId: z.string().nullable(),
  invoiceId: z.string().nullable(),
  customerId: z.string().nullable(),
  foundAt: moment,
})

export const listFindingsEndpoint = defineEndpoint({
  operationId: 'listFindings',
  method: 'GET',
  path: '/reconciliation/findings',
  summary: 'What was not right in a sweep over Stripe’s record, the unexplained first',
  scope: 'read',
  query: pageQuery.extend({
    sweep: z.coerce.number().int().positive().optional().meta({ description: 'Absent: the one begun last' }),
    verdict: findingBody.shape.verdict.optional(),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(findingBody) } },
  run: async ({ actor, query }) => {
    const { sweep, ...rest } = query
    const sweepId = sweep ?? (await findLastSweep(actor))?.id
    if (sweepId === undefined) throw new TributaryError('not_found', 'There was no sweep yet.')
    const { findings, nextCursor } = await listFindings(actor, { ...rest, sweepId })
    const data: z.input<typeof findingBody>[] = findings.map(({ foundAt, ...finding }) => {
      return { ...finding, foundAt: foundAt.toISOString() }
    })
    return { status: 200, body: { data, nextCursor } }
  },
})
