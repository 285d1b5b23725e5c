'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface MailsFormProps {
  action: (before: ActionState | null, form: FormData) => Promise<ActionState>
  kinds: readonly { kind: string; label: string; wanted: boolean }[]
}

export function MailsForm({ action, kinds }: MailsFormProps) {
  const [state, send, sending] = useActionState(action, null)
  return (
    <form action={send} className="space-y-4">
      {state?.ok === false && state.formError ? <Notice tone="bad">{state.formError}</Notice> : null}
      <fieldset>
        <legend className="sr-only">Mails to get</legend>
        <div className="space-y-1">
          {kinds.map(({ kind, label, wanted }) => (
            <label key={kind} className="flex min-h-9 items-center gap-3 text-[0.9375rem]">
              <input
                type="checkbox"
                name="wanted"
                value={kind}
                defaultChecked={wanted}
                className="size-5 shrink-0 accent-accent"
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Save'}
      </Button>
    </form>
  )
}
