import { sql } from 'drizzle-orm'
import { check, date, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

export const importStates = ['mapping', 'checked', 'running', 'done', 'discarded'] as const
export const importRowStates = ['read', 'refused', 'ready', 'done', 'failed'] as const
export const importPlans = ['make', 'assign', 'none'] as const

/** A file of affiliates of another product: its columns are named first, then it is checked, then the worker takes it in. */
export const imports = pgTable(
  'imports',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    state: text('state', { enum: importStates }).notNull(),
    /** The file's headings, in their order. */
    headings: jsonb('headings').$type<string[]>().notNull(),
    /** By our field the heading that says it; guessed at first. */
    mapping: jsonb('mapping').$type<Record<string, string>>().notNull(),
    uploadedBy: text('uploaded_by').notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
    /** NULL: nobody has had it taken in. */
    startedBy: text('started_by'),
    startedAt: instant('started_at'),
    /** NULL: something is left to do. */
    finishedAt: instant('finished_at'),
  },
  (t) => [
    index('imports_by_age').on(t.uploadedAt, t.id),
    index('imports_running')
      .on(t.startedAt)
      .where(sql`${t.state} = 'running'`),
    check('imports_state_known', sql`${t.state} in ('mapping', 'checked', 'running', 'done', 'discarded')`),
  ],
)

export const importRows = pgTable(
  'import_rows',
  {
    importId: id('import_id')
      .notNull()
      .references(() => imports.id),
    /** Of the file, as an editor counts them. */
    line: integer('line').notNull(),
    /** By heading, as it stood there; empty once the file is done with, for persons are kept in one place. */
    cells: jsonb('cells').$type<Record<string, string>>().notNull(),
    /** By our field, as it was understood; NULL while the columns have no names. */
    wanted: jsonb('wanted').$type<Record<string, string>>(),
    /** What becomes of the code; NULL: it was not checked, or refused. */
    plan: text('plan', { enum: importPlans }),
    /** NULL: they are still to be made. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    /** NULL: none is asked for. */
    code: text('code'),
    /** Of what is assigned. */
    promotionCodeId: text('promotion_code_id'),
    /** NULL: no opening balance; below zero: a debt. */
    openingMinor: minor('opening_minor'),
    currency: text('currency'),
    payableOn: date('payable_on', { mode: 'string' }),
    state: text('state', { enum: importRowStates }).notNull(),
    /** Why it was refused or failed; NULL: nothing is wrong. */
    message: text('message'),
  },
  (t) => [
    primaryKey({ name: 'import_rows_pkey', columns: [t.importId, t.line] }),
    index('import_rows_by_state').on(t.importId, t.state, t.line),
    check('import_rows_state_known', sql`${t.state} in ('read', 'refused', 'ready', 'done', 'failed')`),
    check('import_rows_plan_known', sql`${t.plan} in ('make', 'assign', 'none')`),
    check('import_rows_opening_whole', sql`(${t.openingMinor} is null) = (${t.currency} is null)`),
  ],
)
