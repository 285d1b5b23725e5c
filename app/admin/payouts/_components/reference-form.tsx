'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

type Ids = { runId: string; payoutId: string }

interface ReferenceFormProps {
  action: (before: ActionState<Ids> | null, form: FormData) => Promise<ActionState<Ids>>
  fields: Ids
}

/** Marks a payout as paid by hand. */
export function ReferenceForm({ action, fields }: ReferenceFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} noValidate className="max-w-xl space-y-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        name="reference"
        label="Reference"
        required
        maxLength={200}
        autoComplete="off"
        defaultValue={failed?.values.reference}
        error={failed?.fieldErrors.reference}
        hint="What the provider calls this payment: its transaction or transfer id."
      />
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Mark as paid'}
      </Button>
    </form>
  )
}
