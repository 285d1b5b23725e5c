'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'
import { scopeWords } from './scopes'

type Made = { name: string; key: string }
type Action = (before: ActionState<Made> | null, form: FormData) => Promise<ActionState<Made>>

/** Makes a key and shows it, this once. */
export function KeyForm({ action }: { action: Action }) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const chosen = failed?.values.scope ?? 'read'
  return (
    <form action={send} noValidate className="space-y-5">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {state?.ok ? (
        <Notice tone="good">
          <p className="font-medium">The key “{state.result.name}”. It is not shown again.</p>
          <p className="mt-2 font-mono text-sm break-all select-all">{state.result.key}</p>
        </Notice>
      ) : null}
      <Field
        name="name"
        label="What it is for"
        placeholder="The data warehouse"
        autoComplete="off"
        maxLength={100}
        required
        defaultValue={failed?.values.name}
        error={failed?.fieldErrors.name}
      />
      <fieldset className="space-y-2.5">
        <legend className="mb-2 text-[0.9375rem] font-medium">What it may do</legend>
        {(['read', 'admin'] as const).map((scope) => (
          <label key={scope} className="flex items-baseline gap-2.5 text-[0.9375rem]">
            <input
              type="radio"
              name="scope"
              value={scope}
              defaultChecked={scope === chosen}
              className="accent-accent"
            />
            <span>
              {scopeWords[scope].text} <span className="text-muted">{scopeWords[scope].may}</span>
            </span>
          </label>
        ))}
        {failed?.fieldErrors.scope ? <p className="text-sm text-minus">{failed.fieldErrors.scope}</p> : null}
      </fieldset>
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Make a key'}
      </Button>
    </form>
  )
}
