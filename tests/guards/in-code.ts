import { atOnce, killed, people, pipeline, type Removal } from './removal'

/** Locks, and conditions of statements. */
export const code: Removal[] = [
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
  ...['invoices', 'customers', 'payments'].map((table) => ({
    edits: [
      {
        file: 'lib/intake/locks.ts',
        from: `.orderBy(asc(${table}.id))\n`,
        to: '\n',
      },
    ],
    guards: [
      {
        name: `the order of the locks on ${table}`,
        file: atOnce,
        test: `locks on ${table} are taken by their ids: who waits for one holds none after it`,
      },
    ],
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

/** Who may work on an event. */
export const leases: Removal[] = [
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

const waiting = {
  'lib/attribution/attribute-by-hand.ts': ['an attribution by hand'],
  'lib/attribution/decide-unmatched.ts': ['a word on an unmatched code'],
  'lib/anomalies/exempt-affiliate.ts': ['an exemption'],
  'lib/affiliates/change-standing.ts': ['a suspension'],
  'lib/intake/reverse-off-stripe-payment.ts': ['a reversal outside Stripe'],
  'lib/erasure/forget-affiliate.ts': ['forgetting an affiliate'],
  'lib/erasure/forget-customer.ts': ['forgetting a customer'],
  'lib/payouts/approve-payout-run.ts': ['an approval'],
  'lib/payouts/void-approval.ts': ['the end of an approval'],
  'lib/payouts/take-out-payout.ts': ['taking a payout out'],
  'lib/payouts/mark-paid.ts': ['marking a payout as paid'],
  'lib/payouts/mark-returned.ts': ['marking a payout as returned'],
  'lib/payouts/settle-debts.ts': ['writing a debt off', 'setting a debt off'],
}

/** What waits for the settlements under way. */
export const waits: Removal[] = [
  {
    edits: Object.keys(waiting).map((file) => ({ file, from: 'await lockForDecision(tx)', to: '' })),
    guards: Object.values(waiting)
      .flat()
      .map((decision) => ({
        name: `what ${decision} waits for`,
        file: 'tests/integration/guards-meanwhile.test.ts',
        test: `what is being settled is waited for by ${decision}`,
      })),
  },
]

/** What two people at once must not both do. */
export const decisions: Removal[] = [
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
        name: 'the lock of decisions against one another',
        file: 'tests/integration/off-stripe.test.ts',
        test: 'an administrator who says that cash was given back twice at once takes it back once',
      },
    ],
  },
  ...(
    [
      ['payments', 'judge one payment give one verdict'],
      ['customers', 'judge one customer give one verdict'],
    ] as const
  ).map(([table, test]) => ({
    edits: [
      {
        file: 'lib/anomalies/give-verdict.ts',
        from: `.where(eq(${table}.id, id)).for('update')`,
        to: `.where(eq(${table}.id, id))`,
      },
    ],
    guards: [
      { name: `the lock of verdicts on ${table}`, file: people, test: `two people at once who ${test}` },
    ],
  })),
  {
    edits: [{ file: 'lib/anomalies/exempt-affiliate.ts', from: 'await lockForDecision(tx)', to: '' }],
    guards: [
      {
        name: 'the lock of exemptions',
        file: people,
        test: 'two people at once who exempt one affiliate write one exemption',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/programme/set-terms.ts',
        from: "tx.select({ id: programme.id }).from(programme).for('update')",
        to: 'tx.select({ id: programme.id }).from(programme)',
      },
    ],
    guards: [
      {
        name: 'the lock on the terms',
        file: people,
        test: 'two people at once who change two terms lose neither',
      },
    ],
  },
]
