'use client'

import { useActionState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'
import type { Day } from '@/lib/calendar'

interface NewCodeFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  fields: Readonly<Record<string, string>>
  today: Day
}

/** What a code gives, for how long and to whom. */
export function NewCodeForm({ action, fields, today }: NewCodeFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const { values = {}, fieldErrors = {} } = failed ?? {}
  const kept = (name: string) => ({ name, defaultValue: values[name], error: fieldErrors[name] })
  const elsewhere = fieldErrors['affiliateId']
  return (
    <form action={send} noValidate className="space-y-6" key={JSON.stringify(values)}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {failed?.formError || elsewhere ? <Notice tone="bad">{failed?.formError ?? elsewhere}</Notice> : null}
      <Field
        {...kept('code')}
        label="Code"
        hint="Letters, digits and hyphens; case does not matter. It can never be renamed. Empty: their handle and what it gives."
        maxLength={40}
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
        className="max-w-md"
      />
      <Group legend="Discount" hint="A percentage, or an amount in one currency.">
        <Field {...kept('percentOff')} label="Per cent" inputMode="decimal" placeholder="10" />
        <Field {...kept('amountOff')} label="or amount" inputMode="decimal" placeholder="7.50" />
        <Field {...kept('currency')} label="Currency" maxLength={3} placeholder="EUR" autoComplete="off" />
      </Group>
      <Group legend="How long a customer has it">
        <Duration value={values['duration']} error={fieldErrors['duration']} />
        <Field
          {...kept('months')}
          label="Months"
          inputMode="numeric"
          placeholder="12"
          hint="Where it is for some months."
        />
      </Group>
      <Group legend="Limits" hint="All of them may stay empty.">
        <Field {...kept('maxRedemptions')} label="Redemptions in all" inputMode="numeric" placeholder="100" />
        <Field {...kept('expiresOn')} label="Last day" type="date" min={today} />
        <div className="flex items-center gap-2.5 sm:pt-7">
          <input
            id="firstTimeOnly"
            name="firstTimeOnly"
            type="checkbox"
            defaultChecked={values['firstTimeOnly'] === 'on'}
            className="size-5 accent-accent"
          />
          <Label htmlFor="firstTimeOnly">First-time customers only</Label>
        </div>
      </Group>
      <Button type="submit" disabled={sending}>
        {sending ? 'Asking Stripe…' : 'Make the code'}
      </Button>
    </form>
  )
}

function Group({ legend, hint, children }: { legend: string; hint?: string; children: ReactNode }) {
  return (
    <fieldset className="space-y-3">
      <legend className="font-medium">{legend}</legend>
      {hint ? <p className="-mt-2 text-sm text-muted">{hint}</p> : null}
      <div className="grid gap-4 sm:grid-cols-3">{children}</div>
    </fieldset>
  )
}

function Duration({ value, error }: { value: string | undefined; error: string | undefined }) {
  return (
    <div className="space-y-1.5">
      <Label htmlFor="duration">Duration</Label>
      <select
        id="duration"
        name="duration"
        defaultValue={value ?? 'forever'}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? 'duration-error' : undefined}
        className={inputClasses}
      >
        <option value="forever">For ever</option>
        <option value="once">On the first payment</option>
        <option value="repeating">For some months</option>
      </select>
      <FieldError id="duration-error">{error}</FieldError>
    </div>
  )
}
