'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { Input, inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface DebtFormProps {
  /** Two of these stand on one page: keeps their inputs apart. */
  id: string
  action: (before: ActionState | null, form: FormData) => Promise<ActionState>
  fields: Readonly<Record<string, string>>
  amount: string
  confirm: string
  /** Currencies that it can be set off against; absent: it is written off. */
  against?: readonly string[]
}

/** An amount, for a set-off a currency and a rate, and a reason. */
export function DebtForm({ id, action, fields, amount, confirm, against }: DebtFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const part = (name: string, label: string, fallback = '') => (
    <div className="space-y-1.5">
      <Label htmlFor={`${id}-${name}`}>{label}</Label>
      <Input
        id={`${id}-${name}`}
        name={name}
        required
        inputMode={name === 'reason' ? undefined : 'decimal'}
        autoComplete="off"
        defaultValue={failed?.values[name] ?? fallback}
        aria-invalid={failed?.fieldErrors[name] ? true : undefined}
        aria-describedby={failed?.fieldErrors[name] ? `${id}-${name}-error` : undefined}
      />
      <FieldError id={`${id}-${name}-error`}>{failed?.fieldErrors[name]}</FieldError>
    </div>
  )
  return (
    <form action={send} noValidate className="space-y-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      {part('amount', `Amount in ${(fields.currency ?? '').toUpperCase()}`, amount)}
      {against ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <div className="space-y-1.5">
            <Label htmlFor={`${id}-fromCurrency`}>Against</Label>
            <select id={`${id}-fromCurrency`} name="fromCurrency" className={inputClasses}>
              {against.map((code) => (
                <option key={code} value={code}>
                  {code.toUpperCase()}
                </option>
              ))}
            </select>
            <FieldError id={`${id}-fromCurrency-error`}>{failed?.fieldErrors.fromCurrency}</FieldError>
          </div>
          {part('rate', `Rate for one ${(fields.currency ?? '').toUpperCase()}`)}
        </div>
      ) : null}
      {part('reason', 'Reason')}
      <Button type="submit" look={against ? 'primary' : 'danger'} disabled={sending}>
        {sending ? 'One moment…' : confirm}
      </Button>
    </form>
  )
}
