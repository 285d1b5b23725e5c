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
        <Label htmlFor="csv">Result of the provider</Label>
        <textarea
          id="csv"
          name="csv"
          rows={4}
          spellCheck={false}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? 'csv-error csv-hint' : 'csv-hint'}
          className={cn(inputClasses, 'h-auto py-2.5 font-mono text-sm')}
        />
        <FieldError id="csv-error">{wrong}</FieldError>
        <p id="csv-hint" className="text-sm text-muted">
          The text of the CSV that PayPal or Wise offers afterwards, with its row of headings.
        </p>
      </div>
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Mark as paid what it says was paid'}
      </Button>
    </form>
  )
}

function Told({ taken }: { taken: Taken }) {
  const { paid, alreadyPaid, toLookAt, open, unknown } = taken
  return (
    <Notice tone={toLookAt.length > 0 ? 'wait' : 'good'}>
      <p>
        {paid} marked as paid, {alreadyPaid} were before, {open} not done yet, {unknown} rows of something
        else.
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
