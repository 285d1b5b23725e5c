'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'
import { RoleField } from './role-field'

type Action = (before: ActionState | null, form: FormData) => Promise<ActionState>

export function InviteForm({ action }: { action: Action }) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} noValidate className="space-y-5">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        name="email"
        type="email"
        label="E-mail address"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        required
        defaultValue={failed?.values.email}
        error={failed?.fieldErrors.email}
      />
      <RoleField chosen={failed?.values.role ?? 'viewer'} error={failed?.fieldErrors.role} />
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Invite'}
      </Button>
    </form>
  )
}
