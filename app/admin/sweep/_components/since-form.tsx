'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface SinceFormProps {
  action: (before: ActionState<number> | null, form: FormData) => Promise<ActionState<number>>
  once: string
}

/** Asks for the day from which on Stripe's record is walked over. */
export function SinceForm({ action, once }: SinceFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const wrong = failed?.fieldErrors.since
  return (
    <form action={send} className="max-w-sm space-y-1.5">
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Label htmlFor="since">Since which day</Label>
      <div className="flex gap-2">
        <Input
          id="since"
          name="since"
          type="date"
          required
          defaultValue={failed?.values.since}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? 'since-error' : undefined}
        />
        <Button type="submit" look="secondary" className="shrink-0" disabled={sending}>
          {sending ? 'One moment…' : 'Walk over it'}
        </Button>
      </div>
      <FieldError id="since-error">{wrong}</FieldError>
    </form>
  )
}
