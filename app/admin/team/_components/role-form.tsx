'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'
import { RoleField, type Role } from './role-field'

type Action = (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>

export function RoleForm({ action, memberId, role }: { action: Action; memberId: string; role: Role }) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} noValidate className="space-y-5">
      <input type="hidden" name="memberId" value={memberId} />
      <input type="hidden" name="seen" value={role} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <RoleField chosen={failed?.values.role ?? role} error={failed?.fieldErrors.role} />
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Change the role'}
      </Button>
    </form>
  )
}
