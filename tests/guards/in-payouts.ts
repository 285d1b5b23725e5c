import { inDatabase, type Removal } from './removal'

const runs = 'tests/integration/payouts.test.ts'
const sent = 'tests/integration/payouts-sent.test.ts'
const takenOut = 'tests/integration/payouts-taken-out.test.ts'
const meanwhile = 'tests/faults/payouts-meanwhile.test.ts'

/** What keeps money from leaving twice, or to the wrong person. */
export const payoutGuards: Removal[] = [
  {
    edits: [inDatabase('drop trigger payouts_kept on payouts;')],
    guards: [
      {
        name: 'the trigger that holds a payout to what was approved',
        file: takenOut,
        test: 'an approved payout cannot be changed, not even by hand',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/send-payouts.ts',
        from: "await watch('look:looked')\n  if (found) return confirmSent(options, payout, { found, more })",
        to: "await watch('look:looked')",
      },
    ],
    guards: [
      {
        name: 'the look at Stripe before a payout is sent again',
        file: sent,
        test: 'an answer of Stripe’s that was lost is looked up 25 hours later, when the key is forgotten, and not sent again',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/record-answer.ts',
        from: 'found.destination === accountOf(payout)',
        to: 'true',
      },
    ],
    guards: [
      {
        name: 'the account that a transfer went to',
        file: sent,
        test: 'a transfer that was made by somebody else in a payout’s name to another account is not taken for it, and nothing more is sent',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/begin-attempt.ts',
        from: "if (block?.kind === 'out') return block.reason",
        to: '',
      },
    ],
    guards: [
      {
        name: 'what takes a payout out before it is sent',
        file: sent,
        test: 'a payout that cannot be sent because it goes elsewhere by now is taken out',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/approve-payout-run.ts',
        from: 'if (run.draftedBy === administratorId && !soleAdministrator)',
        to: "if (run.draftedBy === 'nobody')",
      },
    ],
    guards: [
      {
        name: 'the second person',
        file: runs,
        test: 'an approval needs a second person, unless there is only one administrator',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/actor.ts',
        from: 'if (!(ageSeconds >= 0 && ageSeconds < secondFactorSeconds))',
        to: 'if (ageSeconds < 0)',
      },
    ],
    guards: [
      {
        name: 'the second factor within five minutes',
        file: runs,
        test: 'an approval needs a second factor given within five minutes, and a person',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/ledger/post.ts',
        from: '(await keepWhatIsInPayouts(tx, targets)).map',
        to: 'targets.map',
      },
    ],
    guards: [
      {
        name: 'what is in a payout is not moved to held',
        file: meanwhile,
        test: 'a review after the payout leaves on earned and paid what was paid, holds the rest, and gives it back when it ends',
      },
    ],
  },
]

const byHand = 'tests/integration/guards-payouts.test.ts'
const lock = { from: 'await lockForDecision(tx)', to: '' }
const rowLock = { from: ".for('update')", to: '' }

/** What two people, or two workers, must not both do with a payout. */
export const payoutLocks: Removal[] = [
  {
    edits: [
      { file: 'lib/payouts/mark-paid.ts', ...lock },
      { file: 'lib/payouts/mark-paid.ts', ...rowLock },
      { file: 'lib/payouts/mark-returned.ts', ...lock },
      { file: 'lib/payouts/mark-returned.ts', ...rowLock },
      { file: 'lib/payouts/take-out-payout.ts', ...lock },
      { file: 'lib/payouts/take-out-payout.ts', ...rowLock },
      { file: 'lib/payouts/void-approval.ts', ...lock },
      {
        file: 'lib/payouts/void-approval.ts',
        from: "where(eq(payoutRuns.id, runId)).for('update')",
        to: 'where(eq(payoutRuns.id, runId))',
      },
      { file: 'lib/payouts/void-approval.ts', from: "\n        .for('update')", to: '' },
      { file: 'lib/payouts/settle-debts.ts', ...lock },
      { file: 'lib/payouts/lease-payouts.ts', from: ' for update of p skip locked', to: '' },
      { file: 'lib/auth/second-factor.ts', ...rowLock },
    ],
    guards: [
      ...(
        [
          ['marking as paid', 'who mark one payout as paid move its money once'],
          ['taking that back', 'who take that back move it back once'],
          ['marking as returned', 'who mark one payout as returned owe it once'],
          ['taking a payout out', 'who take one payout out give its lines back once'],
          ['voiding an approval', 'who void one approval give its lines back once'],
          ['writing a debt off', 'who forgive one debt forgive it once'],
          ['setting a debt off', 'who set one debt off take it once'],
        ] as const
      ).map(([name, test]) => ({
        name: `the locks of ${name}`,
        file: byHand,
        test: `two people at once ${test}`,
      })),
      {
        name: 'the row locks of leasing payouts',
        file: byHand,
        test: 'two workers have each payout once: what one has in hand the other passes by',
      },
      {
        name: 'the lock on a second factor',
        file: 'tests/integration/auth-second-factor.test.ts',
        test: 'a second factor takes each code once, also of several at once',
      },
    ],
  },
  {
    edits: [{ file: 'lib/payouts/begin-attempt.ts', from: 'row?.own &&', to: 'row &&' }],
    guards: [
      {
        name: 'whose lease it is, before Stripe is asked for a transfer',
        file: byHand,
        test: 'two workers of whom the first took too long ask Stripe once',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/approve-payout-run.ts',
        from: 'if (digest !== (await runDigest(tx, runId)))',
        to: "if (digest === '')",
      },
    ],
    guards: [
      {
        name: 'that a run is approved as it was seen',
        file: runs,
        test: 'an approval is refused where the run is not as it was seen, or not as it was drafted',
      },
    ],
  },
  {
    edits: [
      {
        file: 'lib/payouts/approve-payout-run.ts',
        from: "if (changed !== 'take_out')",
        to: 'if (!changed && !rows)',
      },
    ],
    guards: [
      {
        name: 'that a run is approved as it was drafted',
        file: runs,
        test: 'an approval is refused where the run is not as it was seen, or not as it was drafted',
      },
    ],
  },
  {
    edits: [
      { file: 'lib/payouts/find-block.ts', from: 'if (row.details)', to: "if (row.status === 'nobody')" },
      {
        file: 'lib/payouts/find-block.ts',
        from: "row.status === 'suspended'",
        to: "row.status === 'nobody'",
      },
      {
        file: 'lib/payouts/find-block.ts',
        from: 'if (row.judged !== null)',
        to: "if (row.judged === 'nothing')",
      },
      { file: 'lib/payouts/find-block.ts', from: 'row.queued ?', to: "row.status === 'nobody' ?" },
    ],
    guards: [
      {
        name: 'that a payout goes where it was approved to go',
        file: sent,
        test: 'a payout that cannot be sent because it goes elsewhere by now is taken out',
      },
      ...(
        [
          ['that nobody who is suspended is paid', 'a suspension takes it out'],
          ['that nothing void or held is paid', 'a hold or a void takes the payout out and says so'],
          [
            'that what is being settled anew is waited for',
            'a verdict that is not settled yet holds the sending up',
          ],
        ] as const
      ).map(([name, test]) => ({
        name,
        file: meanwhile,
        test: `what arrives between approval and sending ${test}`,
      })),
    ],
  },
]

const once = 'tests/integration/api-affiliates.test.ts'

/** What is answered once, however often it is sent. */
export const answers: Removal[] = [
  {
    edits: [
      {
        file: 'lib/answer-once.ts',
        from: 'if (claimed.length === 0) return firstAnswer',
        to: 'if (!claimed) return firstAnswer',
      },
      { file: 'lib/api/idempotency.ts', from: '          isNull(apiAnswers.status),\n', to: '' },
    ],
    guards: [
      {
        name: 'the first answer to a form',
        file: 'tests/integration/auth-form-once.test.ts',
        test: 'a form with a token of its own is acted upon once when it is sent several times at once',
      },
      {
        name: 'the answer kept under an Idempotency-Key',
        file: once,
        test: 'an Idempotency-Key has its answer given again for ever',
      },
    ],
  },
]
