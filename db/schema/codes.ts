import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

/** What came through a code in one currency, when last counted: shown, and never what somebody is paid by. */
export const codeFigures = pgTable(
  'code_figures',
  {
    code: text('code').notNull(),
    /** Of the settlement. */
    currency: text('currency').notNull(),
    payments: integer('payments').notNull(),
    /** After discounts, tax and Stripe's fee. */
    netMinor: minor('net_minor').notNull(),
    /** Less what was taken back. */
    commissionMinor: minor('commission_minor').notNull(),
    countedAt: instant('counted_at').notNull(),
  },
  (t) => [primaryKey({ name: 'code_figures_pkey', columns: [t.code, t.currency] })],
)

/** Words that nobody gets at sign-up, neither as a handle nor as a code. In capitals, letters and digits. */
export const reservedWords = pgTable(
  'reserved_words',
  {
    word: text('word').primaryKey(),
    /** Not as a part of a longer word either. */
    anywhere: boolean('anywhere').notNull(),
    reason: text('reason').notNull(),
    reservedBy: text('reserved_by').notNull(),
    reservedAt: instant('reserved_at').notNull(),
  },
  (t) => [check('reserved_words_folded', sql`${t.word} ~ '^[A-Z0-9]+$'`)],
)

export const codeBatchStates = ['checked', 'running', 'done', 'discarded'] as const
export const codeBatchRowStates = ['refused', 'ready', 'making', 'made', 'failed'] as const

/** A file of codes to be made: read and checked first, made by the worker once somebody has looked at it. */
export const codeBatches = pgTable(
  'code_batches',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    state: text('state', { enum: codeBatchStates }).notNull(),
    uploadedBy: text('uploaded_by').notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
    /** NULL: nobody has had them made. */
    startedBy: text('started_by'),
    startedAt: instant('started_at'),
    /** NULL: something is left to do. */
    finishedAt: instant('finished_at'),
  },
  (t) => [
    index('code_batches_by_age').on(t.uploadedAt, t.id),
    index('code_batches_running')
      .on(t.startedAt)
      .where(sql`${t.state} = 'running'`),
    check('code_batches_state_known', sql`${t.state} in ('checked', 'running', 'done', 'discarded')`),
  ],
)

export const codeBatchRows = pgTable(
  'code_batch_rows',
  {
    batchId: id('batch_id')
      .notNull()
      .references(() => codeBatches.id),
    /** Of the file, as an editor counts them. */
    line: integer('line').notNull(),
    /** By the heading of its column, as it stood there. */
    cells: jsonb('cells').$type<Record<string, string>>().notNull(),
    /** NULL where nobody is known by what stood there. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    /** NULL where none could be told. */
    code: text('code'),
    state: text('state', { enum: codeBatchRowStates }).notNull(),
    /** Why it was refused or could not be made; NULL: nothing is wrong. */
    message: text('message'),
  },
  (t) => [
    primaryKey({ name: 'code_batch_rows_pkey', columns: [t.batchId, t.line] }),
    index('code_batch_rows_by_state').on(t.batchId, t.state, t.line),
    check('code_batch_rows_state_known', sql`${t.state} in ('refused', 'ready', 'making', 'made', 'failed')`),
  ],
)
