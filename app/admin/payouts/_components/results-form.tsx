'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { cn } from '@/components/ui/cn'
import type { ActionState } from '@/lib/action-state'

type Taken = {
  paid: number
  alreadyPaid: number
  toLookAt: { payoutId: string; outcome: string }[]
  open: number
  otherRuns: number
  unknown: number
}

interface ResultsFormProps {
  action: (before: ActionState<Taken> | null, form: FormData) => Promise<ActionState<Taken>>
  runId: string
}

/** Takes the provider’s own result file. */
export function ResultsForm({ action, runId }: ResultsFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const wrong = failed?.fieldErrors.csv
  return (
    <form action={send} noValidate className="space-y-3">
      <input type="hidden" name="runId" value={runId} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {state?.ok ? <Told taken={state.result} /> : null}
      <div className="space-y-1.5">
        <Label htmlFor="file">Result of the provider</Label>
        <input
          id="file"
          name="file"
          type="file"
          accept=".csv,text/csv,text/plain"
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? 'csv-error csv-hint' : 'csv-hint'}
          className="block w-full max-w-full text-[0.9375rem] text-muted file:mr-4 file:rounded-md file:border file:border-edge/60 file:bg-surface file:px-4 file:py-2 file:font-medium file:text-ink hover:file:border-edge hover:file:bg-sunken"
        />
        <FieldError id="csv-error">{wrong}</FieldError>
        <p id="csv-hint" className="text-sm text-muted">
          The CSV that PayPal or Wise offers afterwards, as it is, 2 MB at most. Taking it twice changes
          nothing.
        </p>
      </div>
      <details>
        <summary className="cursor-pointer text-[0.9375rem] font-medium text-muted hover:text-ink">
          Or paste its text
        </summary>
        <textarea
          name="csv"
          aria-label="Text of the result file"
          rows={4}
          spellCheck={false}
          className={cn(inputClasses, 'mt-3 h-auto py-2.5 font-mono text-sm')}
        />
      </details>
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Mark as paid what it says was paid'}
      </Button>
    </form>
  )
}

function Told({ taken }: { taken: Taken }) {
  const { paid, alreadyPaid, toLookAt, open, otherRuns, unknown } = taken
  return (
    <Notice tone={toLookAt.length > 0 ? 'wait' : 'good'}>
      <p>
        {paid} marked as paid, {alreadyPaid} were before, {open} not done yet, {unknown} rows of something
        else.
        {otherRuns > 0 ? ` ${otherRuns} are of another run and were left alone.` : null}
      </p>
      {toLookAt.length > 0 ? (
        <ul className="mt-2 list-disc pl-5">
          {toLookAt.map(({ payoutId, outcome }) => (
            <li key={payoutId}>
              <span className="font-mono text-sm break-all">{payoutId}</span>: {outcome}
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  )
}
