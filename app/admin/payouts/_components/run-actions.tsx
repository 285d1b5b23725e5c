import { ActionButton } from '@/components/action-button'
import { DecisionForm } from '@/components/decision-form'
import { moneyText } from '@/components/money'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { secondFactorSeconds } from '@/lib/actor'
import { secondFactorState, type Person } from '@/lib/auth'
import { listBatchFiles } from '@/lib/payouts/batch-files'
import type { PayoutRun } from '@/lib/payouts/run-queries'
import { approveRun, discardRun, redrawRun, refreshRun, sendRun, takeResults, voidRun } from '../actions'
import { ApproveForm } from './approve-form'
import { Files } from './files'
import { Progress } from './progress'
import { ResultsForm } from './results-form'
import { SettingsForm } from './settings-form'

type Administrator = Person & { administrator: NonNullable<Person['administrator']> }

/** What can be done with a run as it stands. */
export async function RunActions({ run, person }: { run: PayoutRun; person: Administrator }) {
  if (person.administrator.role === 'viewer') return <Sending run={run} person={person} />
  if (run.state === 'draft') return <OfDraft run={run} person={person} />
  return (
    <>
      <Sending run={run} person={person} />
      <OfApproved run={run} person={person} />
    </>
  )
}

async function OfDraft({ run, person }: { run: PayoutRun; person: Administrator }) {
  const standing = await secondFactorState(person)
  const age = person.secondFactorAt ? Date.now() - person.secondFactorAt.getTime() : Number.POSITIVE_INFINITY
  // A margin, so that it does not run out between looking and pressing.
  const fresh = standing === 'confirmed' && age < (secondFactorSeconds - 60) * 1000
  const what = run.totals.map(({ currency, amountMinor }) => moneyText(amountMinor, currency)).join(' and ')
  return (
    <Card>
      <CardTitle>Look, then approve</CardTitle>
      <CardText className="mb-5">
        From then on lines, amounts and destinations are fixed; what comes later goes into the next run.
      </CardText>
      {run.totals.length === 0 ? null : run.approvalBy === 'own_draft' ? (
        <Notice tone="wait">You drew this run up: a second person approves it.</Notice>
      ) : (
        <>
          {run.approvalBy === 'sole_administrator' ? (
            <Notice tone="wait" className="mb-5">
              You are the only one who can pay here, so you may approve your own draft. It is recorded as
              such.
            </Notice>
          ) : null}
          <ApproveForm
            key={run.digest}
            action={approveRun}
            runId={run.id}
            digest={run.digest}
            secondFactor={standing !== 'confirmed' ? 'none' : fresh ? 'fresh' : 'asked'}
            what={what}
          />
        </>
      )}
      <div className="mt-6 flex flex-wrap gap-3 border-t border-line pt-5">
        <ActionButton action={refreshRun} fields={{ runId: run.id }} look="secondary" size="small">
          Draw it up again
        </ActionButton>
        <ActionButton action={discardRun} fields={{ runId: run.id }} look="danger" size="small">
          Throw it away
        </ActionButton>
      </div>
      <details className="mt-5">
        <summary className="cursor-pointer text-[0.9375rem] font-medium text-muted hover:text-ink">
          Other settings
        </summary>
        <div className="mt-4">
          <SettingsForm
            action={redrawRun}
            fields={{ runId: run.id }}
            cutOffOn={run.cutOffOn}
            currency={run.currencies?.[0] ?? ''}
            currencies={run.currencies ?? run.totals.map(({ currency }) => currency)}
            confirm="Draw it up so"
          />
        </div>
      </details>
    </Card>
  )
}

const over = ['paid', 'failed', 'returned'] as const

/** How far it has come, and what stands in its way. */
async function Sending({ run, person }: { run: PayoutRun; person: Administrator }) {
  const { counts, sendingSince, stopped } = run
  if (!sendingSince) return null
  const done = over.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
  const byHand = (await listBatchFiles(person, run.id)).reduce((sum, file) => sum + file.payouts, 0)
  const waiting = stopped ? 0 : (counts.approved ?? 0) - byHand
  const moving = (counts.sending ?? 0) + (counts.unknown ?? 0) + waiting > 0
  const all = done + (counts.approved ?? 0) + (counts.sending ?? 0) + (counts.unknown ?? 0)
  return (
    <Card className="space-y-4">
      <Progress
        title={moving && done < all ? 'Being sent' : 'Sent so far'}
        done={done}
        all={all}
        moving={moving && done < all}
      />
      {stopped ? (
        <Notice tone="bad">
          <p className="font-medium">Sending stopped. Nothing else is sent until somebody goes on.</p>
          <p className="mt-1">{stopped}</p>
        </Notice>
      ) : null}
      {(counts.unknown ?? 0) > 0 ? (
        <Notice tone="wait">
          Of {counts.unknown} it is not known whether Stripe has made the transfer. It is looked up there
          before anything is sent again.
        </Notice>
      ) : null}
    </Card>
  )
}

async function OfApproved({ run, person }: { run: PayoutRun; person: Administrator }) {
  const files = await listBatchFiles(person, run.id)
  const open = (run.counts.approved ?? 0) > 0
  const byHand = files.reduce((sum, file) => sum + file.payouts, 0)
  const byStripe = (run.counts.approved ?? 0) > byHand
  const untouched = over.every((state) => !run.counts[state]) && !run.counts.sending && !run.counts.unknown
  const mayResume = run.stopped !== null || (byStripe && !run.sendingSince)
  if (!open && files.length === 0) return null
  return (
    <Card className="space-y-6">
      {mayResume ? (
        <div>
          <CardTitle>{run.stopped ? 'Go on' : 'Send'}</CardTitle>
          <CardText className="mb-4">What goes by Stripe is sent at once, one transfer each.</CardText>
          <ActionButton action={sendRun} fields={{ runId: run.id }}>
            {run.stopped ? 'Go on sending' : 'Send by Stripe'}
          </ActionButton>
        </div>
      ) : null}
      {files.length > 0 ? (
        <div className="space-y-5">
          <div>
            <CardTitle>Pay by hand</CardTitle>
            <CardText>PayPal and Wise take these files as they are. What is paid leaves them.</CardText>
          </div>
          <Files runId={run.id} files={files} />
          <ResultsForm action={takeResults} runId={run.id} />
        </div>
      ) : null}
      {untouched ? (
        <details className="border-t border-line pt-5">
          <summary className="cursor-pointer text-[0.9375rem] font-medium text-muted hover:text-ink">
            Void the approval
          </summary>
          <div className="mt-4 max-w-xl">
            <DecisionForm
              action={voidRun}
              fields={{ runId: run.id }}
              confirm="Void it and draw the run up again"
              reasonHint="Every line goes back to what is owed; the run needs a new approval."
              danger
            />
          </div>
        </details>
      ) : null}
    </Card>
  )
}
