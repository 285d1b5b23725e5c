'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface NameFormProps {
  action: (before: ActionState<null> | null, form: FormData) => Promise<ActionState<null>>
  once: string
  /** Empty: nobody has named it. */
  name: string
  /** A day. */
  earnsFrom: string
}

/** Takes what the programme is called and from which day on it earns, as long as nothing is settled. */
export function NameForm({ action, once, name, earnsFrom }: NameFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} className="space-y-4">
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        name="name"
        label="Name"
        required
        maxLength={100}
        defaultValue={failed?.values.name ?? name}
        error={failed?.fieldErrors.name}
        hint="As affiliates and their mails know it."
      />
      <Field
        name="earnsFrom"
        label="Payments earn from"
        type="date"
        required
        defaultValue={failed?.values.earnsFrom ?? earnsFrom}
        error={failed?.fieldErrors.earnsFrom}
        hint="Earlier payments say whose a customer is, and earn nothing. Both can be changed here until something is settled."
      />
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Write it down'}
      </Button>
    </form>
  )
}
