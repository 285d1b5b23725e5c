'use client'

import Link from 'next/link'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface ApproveFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  runId: string
  /** Of what this page shows. */
  digest: string
  /** `fresh`: given within the last minutes, none is asked for. */
  secondFactor: 'none' | 'asked' | 'fresh'
  /** What is approved, in words. */
  what: string
}

/** The approver’s word, with a second factor. */
export function ApproveForm({ action, runId, digest, secondFactor, what }: ApproveFormProps) {
  const [state, send, sending] = useActionState(action, null)
  if (secondFactor === 'none') {
    return (
      <p className="text-[0.9375rem]">
        Approving needs a second factor.{' '}
        <Link href={`/admin/second-factor?next=/admin/payouts/${runId}`} className="link">
          Set yours up
        </Link>{' '}
        first.
      </p>
    )
  }
  const failed = state?.ok === false ? state : null
  const { changed, code } = failed?.fieldErrors ?? {}
  return (
    <form action={send} noValidate className="space-y-4">
      <input type="hidden" name="runId" value={runId} />
      <input type="hidden" name="digest" value={digest} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {changed ? (
        <Notice tone="wait">
          <p>{changed}</p>
          <label className="mt-3 flex items-start gap-3">
            <input
              type="checkbox"
              name="changed"
              value="take_out"
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>Leave what changed to the next run, and approve the rest as it is shown here.</span>
          </label>
        </Notice>
      ) : null}
      {secondFactor === 'asked' || code ? (
        <Field
          name="code"
          label="Code of your authenticator"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={40}
          required
          className="max-w-60"
          error={code}
          hint="Or a recovery code."
        />
      ) : null}
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : `Approve ${what}`}
      </Button>
    </form>
  )
}
