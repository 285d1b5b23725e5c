'use client'

import { useActionState, type ComponentProps } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState, Json } from '@/lib/action-state'

interface SmallFormProps<Result extends Json> {
  action: (before: ActionState<Result> | null, form: FormData) => Promise<ActionState<Result>>
  once: string
  field: ComponentProps<typeof Field>
  confirm: string
}

/** One field and a button. */
export function SmallForm<Result extends Json>({ action, once, field, confirm }: SmallFormProps<Result>) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const typed = failed?.values[field.name]
  return (
    <form action={send} noValidate className="space-y-4">
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        key={typed}
        {...field}
        defaultValue={typed ?? field.defaultValue}
        error={failed?.fieldErrors[field.name]}
      />
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}
