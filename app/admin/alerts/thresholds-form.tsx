'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface Threshold {
  name: string
  label: string
  hint: string
  value: string
}

interface ThresholdsFormProps {
  action: (before: ActionState<null> | null, form: FormData) => Promise<ActionState<null>>
  version: number
  once: string
  thresholds: readonly Threshold[]
}

export function ThresholdsForm({ action, version, once, thresholds }: ThresholdsFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  return (
    <form action={send} noValidate className="space-y-5">
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {thresholds.map(({ name, label, hint, value }) => (
        <Field
          key={`${name} ${failed?.values[name] ?? value}`}
          name={name}
          label={label}
          hint={hint}
          inputMode="decimal"
          autoComplete="off"
          className="figures"
          defaultValue={failed?.values[name] ?? value}
          error={failed?.fieldErrors[name]}
        />
      ))}
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Save'}
      </Button>
    </form>
  )
}
