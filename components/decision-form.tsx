'use client'

import { useActionState, useId, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { cn } from '@/components/ui/cn'
import type { ActionState, Json } from '@/lib/action-state'

interface DecisionFormProps<Result extends Json> {
  action: (before: ActionState<Result> | null, form: FormData) => Promise<ActionState<Result>>
  /** What is decided, sent along; with the form's own token, so that sent twice it is acted upon once. */
  fields: Readonly<Record<string, string>>
  /** What the button says. */
  confirm: string
  reasonHint?: string
  danger?: boolean
  children?: ReactNode
}

/** Asks for the reason of a decision and takes it. */
export function DecisionForm<Result extends Json>({
  action,
  fields,
  confirm,
  reasonHint,
  danger = false,
  children,
}: DecisionFormProps<Result>) {
  const [state, send, sending] = useActionState(action, null)
  // A page may ask for several decisions.
  const id = useId()
  const failed = state?.ok === false ? state : null
  const wrong = failed?.fieldErrors.reason
  const elsewhere = Object.entries(failed?.fieldErrors ?? {}).find(([name]) => name !== 'reason')?.[1]
  const problem = failed?.formError ?? elsewhere
  return (
    <form action={send} className="space-y-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {children}
      <div className="space-y-1.5">
        <Label htmlFor={`${id}-reason`}>Reason</Label>
        <textarea
          id={`${id}-reason`}
          name="reason"
          required
          maxLength={500}
          rows={3}
          defaultValue={failed?.values.reason}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? `${id}-error ${id}-hint` : `${id}-hint`}
          className={cn(inputClasses, 'h-auto py-2.5')}
        />
        <FieldError id={`${id}-error`}>{wrong}</FieldError>
        <p id={`${id}-hint`} className="text-sm text-muted">
          {reasonHint ?? 'Kept for good beside the decision, and shown to nobody outside the console.'}
        </p>
      </div>
      <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}
