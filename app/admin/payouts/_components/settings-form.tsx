'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface SettingsFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  fields?: Readonly<Record<string, string>>
  cutOffOn: string
  currency?: string
  currencies: readonly string[]
  confirm: string
}

/** What a run is drafted by. */
export function SettingsForm({
  action,
  fields = {},
  cutOffOn,
  currency = '',
  currencies,
  confirm,
}: SettingsFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const { values = {}, fieldErrors = {} } = failed ?? {}
  return (
    <form action={send} noValidate className="space-y-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="grid gap-4 sm:grid-cols-3">
        <Field
          name="cutOffOn"
          type="date"
          label="Cut-off day"
          required
          defaultValue={values.cutOffOn ?? cutOffOn}
          error={fieldErrors.cutOffOn}
          hint="What is payable by then."
        />
        <div className="space-y-1.5">
          <Label htmlFor="currency">Currency</Label>
          <select
            id="currency"
            name="currency"
            defaultValue={values.currency ?? currency}
            aria-invalid={fieldErrors.currency ? true : undefined}
            aria-describedby={fieldErrors.currency ? 'currency-error' : undefined}
            className={inputClasses}
          >
            <option value="">All</option>
            {currencies.map((code) => (
              <option key={code} value={code}>
                {code.toUpperCase()}
              </option>
            ))}
          </select>
          <FieldError id="currency-error">{fieldErrors.currency}</FieldError>
        </div>
        <Field
          name="minimum"
          label="Minimum"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={values.minimum}
          error={fieldErrors.minimum}
          hint="Empty: as in the terms."
        />
      </div>
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}
