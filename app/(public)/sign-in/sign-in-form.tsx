'use client'

import Link from 'next/link'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

type State = ActionState<{ email: string }>

export function SignInForm({
  action,
  next,
  showsMail,
}: {
  action: (before: State | null, form: FormData) => Promise<State>
  /** Where to go on to; empty: the person's own start page. */
  next: string
  showsMail: boolean
}) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const asked = state?.ok ? state.result.email : null
  return (
    <form action={send} noValidate className="space-y-5">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {asked === null ? null : <OnItsWay email={asked} showsMail={showsMail} />}
      <input type="hidden" name="next" value={next} />
      <Field
        key={asked}
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={asked ?? failed?.values.email}
        error={failed?.fieldErrors.email}
      />
      <Button
        type="submit"
        look={asked === null ? 'primary' : 'secondary'}
        className="w-full"
        disabled={sending}
      >
        {sending ? 'One moment…' : asked === null ? 'E-mail me a link' : 'Send another link'}
      </Button>
    </form>
  )
}

function OnItsWay({ email, showsMail }: { email: string; showsMail: boolean }) {
  return (
    <Notice tone="good">
      <p>
        If <strong className="font-medium wrap-anywhere">{email}</strong> is known here, a link is on its way.
        It works once and for 24 hours.
      </p>
      {showsMail ? (
        <p className="mt-2">
          On a sandbox no mail has to travel:{' '}
          <Link href="/dev/mail" className="whitespace-nowrap text-accent underline underline-offset-4">
            read it here
          </Link>
          .
        </p>
      ) : null}
    </Notice>
  )
}
