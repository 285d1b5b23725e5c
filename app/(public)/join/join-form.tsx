'use client'

import Link from 'next/link'
import { useActionState, useState } from 'react'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Field, FieldError } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'
import { checkHandle, handleFrom } from '@/lib/affiliates/rules'
import { codeText } from '@/lib/codes/rules'
import type { Discount } from '@/lib/programme/schemas'
import type { JoinResult } from './result'
import { useAvailability } from './use-availability'

interface JoinFormProps {
  action: (before: ActionState<JoinResult> | null, form: FormData) => Promise<ActionState<JoinResult>>
  discount: Discount
  termsId: number
  programmeName: string
  /** Since when the terms are in force; the day of reading where they always were. */
  datedOn: string
  showsMail: boolean
}

export function JoinForm({ action, discount, termsId, programmeName, datedOn, showsMail }: JoinFormProps) {
  const [state, send, sending] = useActionState(action, null)
  if (state?.ok && state.result.joined)
    return <CheckYourMail email={state.result.email} showsMail={showsMail} />
  const refused = state?.ok && !state.result.joined ? state.result : null
  const failed = state?.ok === false ? state : null
  const errors = { ...failed?.fieldErrors, ...refused?.fieldErrors }
  const values = failed?.values ?? refused?.values ?? {}
  return (
    <form action={send} noValidate className="space-y-6">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Field
        name="displayName"
        label="Name"
        autoComplete="name"
        required
        maxLength={100}
        defaultValue={values.displayName}
        error={errors.displayName}
        hint="As it is shown to the people who run the programme."
      />
      <HandleField
        key={`${values.handle} ${refused?.suggestions.join()}`}
        discount={discount}
        typed={values.handle ?? ''}
        error={errors.handle}
        suggestions={refused?.suggestions ?? []}
      />
      <Field
        name="email"
        type="email"
        label="E-mail address"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={values.email}
        error={errors.email}
        hint="You sign in with it; there is no password."
      />
      <div className="space-y-1.5">
        <label className="flex items-start gap-3 text-[0.9375rem]">
          <input
            type="checkbox"
            name="consentedTermsId"
            value={termsId}
            required
            defaultChecked={values.consentedTermsId === String(termsId)}
            aria-invalid={errors.consentedTermsId ? true : undefined}
            aria-describedby={errors.consentedTermsId ? 'consent-error' : undefined}
            className="mt-0.5 size-5 shrink-0 accent-accent"
          />
          <span>
            I agree to the terms of {programmeName} of <DayTime value={datedOn} />, as they are shown here.
          </span>
        </label>
        <FieldError id="consent-error">{errors.consentedTermsId}</FieldError>
      </div>
      <Button type="submit" size="large" className="w-full sm:w-auto" disabled={sending}>
        {sending ? 'One moment…' : 'Get my code'}
      </Button>
    </form>
  )
}

interface HandleFieldProps {
  discount: Discount
  typed: string
  error: string | undefined
  suggestions: readonly string[]
}

/** The handle, with the code that comes of it below while it is typed. */
function HandleField({ discount, typed, error, suggestions }: HandleFieldProps) {
  const [handle, setHandle] = useState(typed)
  const check = checkHandle(handle)
  const wanted = check.ok ? check.handle : handleFrom(handle)
  const live = useAvailability(handle === typed && error ? '' : check.ok ? check.handle : '')
  const offered = suggestions.length > 0 && handle === typed ? suggestions : (live?.suggestions ?? [])
  return (
    <div className="space-y-2">
      <Field
        name="handle"
        label="Handle"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        required
        value={handle}
        onChange={(event) => setHandle(event.target.value)}
        error={handle === typed ? error : undefined}
        hint="One word, letters and digits: your code begins with it."
      />
      {offered.length > 0 ? (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="text-muted">Free:</span>
          {offered.map((suggestion) => (
            <Button key={suggestion} look="secondary" size="small" onClick={() => setHandle(suggestion)}>
              {suggestion}
            </Button>
          ))}
        </p>
      ) : null}
      <p aria-live="polite" className="rounded-lg bg-sunken px-4 py-3 text-[0.9375rem] text-muted">
        {wanted ? 'Your code would be ' : 'Your code looks like '}
        <strong className="font-mono font-semibold break-all text-accent">
          {codeText(wanted ?? 'Ahmet', discount)}
        </strong>
        {live ? (
          <span className={live.message ? 'block text-minus' : 'block'}>{live.message ?? 'It is free.'}</span>
        ) : null}
      </p>
    </div>
  )
}

function CheckYourMail({ email, showsMail }: { email: string; showsMail: boolean }) {
  return (
    <div role="status" className="rounded-2xl border border-accent-line bg-accent-soft p-6 sm:p-8">
      <h2 className="text-xl font-semibold tracking-tight">Check your mail</h2>
      <p className="mt-2">
        We have written to <strong className="font-medium break-all">{email}</strong>. The link in it signs
        you in, and there your code is waiting. It works once and for 24 hours.
      </p>
      {showsMail ? (
        <p className="mt-4">
          On a sandbox no mail has to travel:{' '}
          <Link href="/dev/mail" className="link">
            read it here
          </Link>
          .
        </p>
      ) : null}
    </div>
  )
}
