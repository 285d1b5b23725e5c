'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface ReserveFormProps {
  action: (before: ActionState | null, form: FormData) => Promise<ActionState>
}

/** A word, where it counts, and why. */
export function ReserveForm({ action }: ReserveFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const { values = {}, fieldErrors = {} } = failed ?? {}
  return (
    <form action={send} noValidate className="space-y-4">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          name="word"
          label="Word"
          required
          autoComplete="off"
          defaultValue={values['word']}
          error={fieldErrors['word']}
        />
        <Field
          name="reason"
          label="Why"
          required
          maxLength={500}
          defaultValue={values['reason']}
          error={fieldErrors['reason']}
        />
      </div>
      <div className="flex items-center gap-2.5">
        <input
          id="anywhere"
          name="anywhere"
          type="checkbox"
          defaultChecked={values['anywhere'] === 'on'}
          className="size-5 accent-accent"
        />
        <Label htmlFor="anywhere">Inside other words too</Label>
      </div>
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Reserve it'}
      </Button>
    </form>
  )
}
