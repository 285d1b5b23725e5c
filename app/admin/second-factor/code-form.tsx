'use client'

import Link from 'next/link'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface CodeFormProps {
  action: (before: ActionState<string[]> | null, form: FormData) => Promise<ActionState<string[]>>
  confirm: string
  /** Where to go on to. */
  next: string
}

/** Takes a code; the first right one brings the recovery codes, which are shown this once. */
export function CodeForm({ action, confirm, next }: CodeFormProps) {
  const [state, send, sending] = useActionState(action, null)
  if (state?.ok) {
    return (
      <div role="status" className="space-y-5">
        {state.result.length > 0 ? (
          <RecoveryCodes codes={state.result} />
        ) : (
          <Notice tone="good">That was right.</Notice>
        )}
        <Button asChild>
          <Link href={next}>Go on</Link>
        </Button>
      </div>
    )
  }
  return (
    <form action={send} noValidate className="space-y-4">
      {state?.formError ? <Notice tone="bad">{state.formError}</Notice> : null}
      <Field
        name="code"
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={40}
        required
        className="max-w-60"
        error={state?.fieldErrors.code}
        hint="Six digits, as your authenticator shows them now."
      />
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div className="rounded-2xl border border-accent-line bg-accent-soft p-6">
      <h2 className="text-lg font-semibold tracking-tight">Your recovery codes</h2>
      <p className="mt-1 text-[0.9375rem]">
        Each stands in once for a code of the authenticator, should you lose it. They are shown now and never
        again.
      </p>
      <ul className="mt-4 grid gap-x-8 gap-y-1.5 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </div>
  )
}
