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
