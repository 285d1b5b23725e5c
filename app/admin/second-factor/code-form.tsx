'use client'

import Link from 'next/link'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

// A type and not an interface, since only types are known to have no further members: it is sent as JSON.
type Given = { codes: string[]; next: string }

interface CodeFormProps {
  action: (before: ActionState<Given> | null, form: FormData) => Promise<ActionState<Given>>
  confirm: string
  hint: string
  /** Where to go on to. */
  next: string
}

/** Takes a code; recovery codes that come of it are shown this once. */
export function CodeForm({ action, confirm, hint, next }: CodeFormProps) {
  const [state, send, sending] = useActionState(action, null)
  if (state?.ok) return <RecoveryCodes {...state.result} />
  return (
    <form action={send} noValidate className="space-y-4">
      <input type="hidden" name="next" value={next} />
      {state?.formError ? <Notice tone="bad">{state.formError}</Notice> : null}
      <Field
        name="code"
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={40}
        required
        className="max-w-72"
        error={state?.fieldErrors.code}
        hint={hint}
      />
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}

function RecoveryCodes({ codes, next }: Given) {
  return (
    <div role="status" className="space-y-5">
      <div className="rounded-2xl border border-accent-line bg-accent-soft p-6">
        <h2 className="text-lg font-semibold tracking-tight">Your recovery codes</h2>
        <p className="mt-1 text-[0.9375rem]">
          Each stands in once for a code of the authenticator, should you lose it. They are shown now and
          never again: write them down, or keep them with your passwords.
        </p>
        <ul className="mt-4 grid gap-x-8 gap-y-1.5 font-mono tabular-nums sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <Button asChild>
        <Link href={next}>Go on</Link>
      </Button>
    </div>
  )
}
