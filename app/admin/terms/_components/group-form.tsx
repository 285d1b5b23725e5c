'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { addGroup } from '../actions'

/** The name of a new group. */
export function GroupForm({ once }: { once: string }) {
  const [state, send, sending] = useActionState(addGroup, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} noValidate className="mt-5 max-w-md space-y-3">
      <input type="hidden" name={onceField} value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        name="name"
        label="A new group"
        placeholder="Launch partners"
        maxLength={60}
        autoComplete="off"
        defaultValue={failed?.values.name}
        error={failed?.fieldErrors.name}
      />
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Add the group'}
      </Button>
    </form>
  )
}
