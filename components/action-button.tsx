'use client'

import type { ComponentProps } from 'react'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import type { ActionState, Json } from '@/lib/action-state'

interface ActionButtonProps<Result extends Json> extends Pick<
  ComponentProps<typeof Button>,
  'look' | 'size' | 'children'
> {
  action: (before: ActionState<Result> | null, form: FormData) => Promise<ActionState<Result>>
  /** What is sent along. */
  fields: Readonly<Record<string, string>>
  /** What is read out where the words on it are too short to stand alone. */
  label?: string
}

/** A button that does one thing, says while it does it, and tells what went wrong. */
export function ActionButton<Result extends Json>({
  action,
  fields,
  label,
  children,
  ...look
}: ActionButtonProps<Result>) {
  const [state, send, sending] = useActionState(action, null)
  const wrong = state?.ok === false ? (state.formError ?? Object.values(state.fieldErrors)[0]) : null
  return (
    <form action={send} className="inline-flex flex-col items-start gap-1">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" aria-label={label} disabled={sending} {...look}>
        {sending ? 'One moment…' : children}
      </Button>
      {wrong ? (
        <p role="alert" className="text-sm text-minus">
          {wrong}
        </p>
      ) : null}
    </form>
  )
}
