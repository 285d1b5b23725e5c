'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FieldError } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface DetailsFormProps {
  action: (before: ActionState | null, form: FormData) => Promise<ActionState>
  once: string
  /** What there is; null: nothing that is typed. */
  now: Readonly<Record<string, string>> | null
}

const methods = [
  { value: 'paypal', label: 'PayPal' },
  { value: 'wise', label: 'Bank account, by Wise' },
]
const receivers = [
  { value: 'PERSON', label: 'A person' },
  { value: 'INSTITUTION', label: 'A company' },
]

export function DetailsForm({ action, once, now }: DetailsFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const values = failed?.values ?? now ?? {}
  const errors = failed?.fieldErrors ?? {}
  return (
    <form action={send} noValidate className="group space-y-6">
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Radios legend="How" name="method" options={methods} value={values.method} error={errors.method} />
      <Field
        key={`email ${values.email}`}
        name="email"
        type="email"
        label="E-mail address"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={values.email}
        error={errors.email}
        hint="Of your PayPal account; Wise writes to it to ask for the bank account."
      />
      <div className="space-y-6 group-has-[input[value=paypal]:checked]:hidden">
        <Field
          key={`holder ${values.accountHolder}`}
          name="accountHolder"
          label="Name on the bank account"
          autoComplete="name"
          maxLength={70}
          defaultValue={values.accountHolder}
          error={errors.accountHolder}
          hint="For Wise only."
        />
        <Radios
          legend="Whose account it is"
          name="receiverType"
          options={receivers}
          value={values.receiverType ?? 'PERSON'}
          error={errors.receiverType}
        />
      </div>
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Save'}
      </Button>
    </form>
  )
}

interface RadiosProps {
  legend: string
  name: string
  options: readonly { value: string; label: string }[]
  value: string | undefined
  error: string | undefined
}

function Radios({ legend, name, options, value, error }: RadiosProps) {
  return (
    <fieldset key={value} aria-describedby={error ? `${name}-error` : undefined}>
      <legend className="text-sm font-medium">{legend}</legend>
      <div className="mt-2 flex flex-wrap gap-x-6 gap-y-2">
        {options.map((option) => (
          <label key={option.value} className="flex min-h-9 items-center gap-2.5 text-[0.9375rem]">
            <input
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === value}
              className="size-5 accent-accent"
            />
            {option.label}
          </label>
        ))}
      </div>
      <FieldError id={`${name}-error`}>{error}</FieldError>
    </fieldset>
  )
}
