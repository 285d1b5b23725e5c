/** A change to a copy of the sources. `from` must occur exactly once; without it `to` is put at the end. */
export interface Edit {
  file: string
  from?: string
  to: string
}

/** A guard with the test that is to fail without it. */
export interface Guard {
  name: string
  file: string
  /** Names of describe and test, with a space between. */
  test: string
}

/** What is taken away in one go: each of its guards is held by a test of its own, which asks for nothing else of what goes. */
export interface Removal {
  edits: Edit[]
  guards: Guard[]
}

/** Runs as the owner of the tables after every migration. */
const inDatabase = (statements: string): Edit => ({ file: 'db/roles.sql', to: statements })

const atOnce = 'tests/integration/guards-at-once.test.ts'
const refused = 'tests/integration/guards-refused.test.ts'
const pipeline = 'tests/integration/pipeline.test.ts'
const killed = 'tests/faults/pipeline-killed.test.ts'

const appendOnly = [
  'ledger_transfers',
  'settlements',
  'inbox_events',
  'inbox_payloads',
  'facts',
  'evidence',
  'subscription_mrr',
  'terms',
  'audit_entries',
  'code_decisions',
  'affiliate_status_changes',
  'anomaly_signals',
  'verdicts',
  'exemptions',
]

const conditions = [
  'ledger_transfers_amount_positive',
  'ledger_transfers_two_accounts',
  'ledger_transfers_debit_known',
  'ledger_transfers_credit_known',
  'ledger_transfers_kind_known',
  'ledger_transfers_currency_lower',
  'ledger_transfers_payable_after_earned',
  'ledger_transfers_seq_from_one',
  'commissions_remainder',
  'commissions_never_negative',
  'codes_one_discount',
  'codes_amount_has_currency',
  'codes_percent_in_range',
  'codes_provisioned_or_due',
  'customers_attribution_whole',
  'affiliates_closed_has_date',
  'inbox_work_done_has_outcome',
  'terms_never_reach_back',
  'terms_first_are_the_programmes',
]

const uniqueIndexes = [
  'affiliates_handle_once',
  'affiliates_email_once',
  'codes_text_once',
  'codes_promotion_code_once',
  'ledger_transfers_line_once',
  'anomaly_signals_once',
]
const primaryKeys = {
  customers: 'customers_pkey',
  inbox_work: 'inbox_work_pkey',
  balance_days: 'balance_days_pkey',
  commissions: 'commissions_pkey',
}

const schema: Removal[] = [
  {
    edits: [
      inDatabase(
        appendOnly
          .map(
            (table) =>
              `drop trigger ${table}_append_only on ${table}; drop trigger ${table}_no_truncate on ${table};`,
          )
          .join('\n'),
      ),
    ],
    guards: appendOnly.flatMap((table) => [
      {
        name: `trigger ${table}_append_only`,
        file: refused,
        test: `${table} refuses UPDATE and DELETE also to its owner`,
      },
      {
        name: `trigger ${table}_no_truncate`,
        file: refused,
        test: `${table} refuses TRUNCATE also to its owner`,
      },
    ]),
  },
  {
    edits: [inDatabase('grant update, delete, truncate on all tables in schema public to :app;')],
    guards: appendOnly.map((table) => ({
      name: `what the application may not do to ${table}`,
      file: refused,
      test: `${table} lets the application read and add, and no more`,
    })),
  },
  {
    edits: [
      inDatabase(`do $$ declare c record; begin
        for c in select conrelid::regclass as owner, conname from pg_constraint
                 where conname in (${conditions.map((name) => `'${name}'`).join(', ')}) loop
          execute format('alter table %s drop constraint %I', c.owner, c.conname);
        end loop; end $$;`),
    ],
    guards: conditions.map((name) => ({
      name: `condition ${name}`,
      file: refused,
      test: `what cannot be true is refused by ${name}`,
    })),
  },
  {
    edits: [
      inDatabase(
        [
          ...uniqueIndexes.map((name) => `drop index ${name};`),
          ...Object.entries(primaryKeys).map(
            ([table, key]) => `alter table ${table} drop constraint ${key} cascade;`,
          ),
        ].join('\n'),
      ),
    ],
    guards: [...uniqueIndexes, ...Object.values(primaryKeys)].map((name) => ({
      name: `key ${name}`,
      file: refused,
      test: `what is there already is refused by ${name}`,
    })),
  },
  {
    edits: [inDatabase('drop index ledger_transfers_line_once;')],
    guards: [
      {
        name: 'ledger_transfers_line_once against two writers at once',
        file: atOnce,
        test: 'the ledger takes the same correction of two writers at once from one of them, though neither holds a lock',
      },
    ],
  },
  {
    edits: [inDatabase('drop index facts_same_sight_once; drop index evidence_once;')],
    guards: [
      {
        name: 'key facts_same_sight_once',
        file: atOnce,
        test: 'what is seen again in another event is the same observation',
      },
      {
        name: 'key evidence_once',
        file: atOnce,
        test: 'what is seen again at each renewal is the same sign of a code',
      },
    ],
  },
  {
    edits: [
      inDatabase(
        'alter table inbox_events drop constraint inbox_events_pkey cascade; alter table inbox_work drop constraint inbox_work_pkey cascade;',
      ),
      { file: 'lib/intake/record-event.ts', from: 'on conflict (event_id) do nothing', to: '' },
    ],
    guards: [
      {
        name: 'key inbox_events_pkey',
        file: 'tests/integration/pipeline-webhook.test.ts',
        test: 'an event twenty times at once is recorded once',
      },
    ],
  },
]

const code: Removal[] = [
  {
    edits: [
      {
        file: 'lib/intake/record-event.ts',
        from: "if (rows.length === 0) return 'duplicate'",
        to: '',
      },
    ],
    guards: [
      {
        name: 'the answer that an event is a duplicate',
        file: pipeline,
        test: 'deliveries twice, ten times, backwards: one effect',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/ledger/post.ts',
        from: '${balanceDays.amountMinor} + excluded.amount_minor',
        to: 'excluded.amount_minor',
      },
    ],
    guards: [
      {
        name: 'the addition in the roll-up’s upsert',
        file: atOnce,
        test: 'the ledger adds payments of one day up in its roll-up',
      },
    ],
  },
  ...(
    [
      ['payments', 'of a guest’s payment, its charge and its second refund, lose nothing of each other'],
      ['customers', 'of a customer’s first sign and of what they paid again lose nothing of each other'],
      ['invoices', 'of an invoice and of its payment find each other'],
    ] as const
  ).map(([table, test]) => ({
    edits: [
      {
        file: 'lib/intake/locks.ts',
        from: `.orderBy(asc(${table}.id))\n    .for('update')`,
        to: `.orderBy(asc(${table}.id))`,
      },
    ],
    guards: [{ name: `the lock on ${table}`, file: atOnce, test: `two settlements at once ${test}` }],
  })),
  {
    edits: [
      {
        file: 'lib/ledger/decision-lock.ts',
        from: 'select pg_advisory_xact_lock(${key})',
        to: 'select ${key}',
      },
    ],
    guards: [
      {
        name: 'the lock of decisions against settlements',
        file: atOnce,
        test: 'a decision waits for what is being settled, and leaves nobody out',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/ledger/decision-lock.ts',
        from: 'select pg_advisory_xact_lock_shared(${key})',
        to: 'select ${key}',
      },
    ],
    guards: [
      {
        name: 'the lock of settlements against decisions',
        file: atOnce,
        test: 'a decision waits for what is being settled, and leaves nobody out',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/intake/settle-queue.ts',
        from: 'where (subject_id, next_attempt_at) in (values ${done})',
        to: 'where subject_id in (select claimed.id from (values ${done}) as claimed (id, until))',
      },
    ],
    guards: [
      {
        name: 'the moment by which a queued settlement is taken off',
        file: atOnce,
        test: 'a decision made anew while its customer is being settled is settled anew',
      },
    ],
  },
]

const leases: Removal[] = [
  {
    edits: [
      {
        file: 'lib/intake/lease.ts',
        from: `        limit \${options.limit}\n        for update skip locked`,
        to: '        limit ${options.limit}',
      },
    ],
    guards: [
      {
        name: 'the row locks of leasing',
        file: atOnce,
        test: 'a lease is one worker’s, though two ask at once',
      },
    ],
  },
  {
    edits: [
      { file: 'lib/intake/lease.ts', from: "state <> 'done' and next_attempt_at", to: 'next_attempt_at' },
    ],
    guards: [
      {
        name: 'the state done in leasing',
        file: atOnce,
        test: 'a lease is never given on what is done',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/intake/lease.ts',
        from: "and (state <> 'leased' or leased_until < clock_timestamp())",
        to: '',
      },
    ],
    guards: [
      {
        name: 'the state leased in leasing',
        file: atOnce,
        test: 'a lease is given to a second only when the first one’s is over',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/intake/lease.ts',
        from: "and state = 'leased' and leased_by = ${worker}\n    order by event_id for update",
        to: 'order by event_id for update',
      },
    ],
    guards: [
      {
        name: 'whose lease it is, before anything is written',
        file: killed,
        test: 'a worker whose lease ran out leaves the events to the other that is at work on them',
      },
      {
        name: 'that it is leased still, before anything is written',
        file: killed,
        test: 'a worker whose lease ran out writes nothing twice where another has settled its events',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/intake/lease.ts',
        from: "where event_id = ${event.id} and state = 'leased' and leased_by = ${worker}",
        to: 'where event_id = ${event.id}',
      },
    ],
    guards: [
      {
        name: 'whose lease it is, before an event is given back',
        file: atOnce,
        test: 'a lease that another has taken over is not given back by the first',
      },
    ],
  },
]

export const removals: readonly Removal[] = [...schema, ...code, ...leases]
