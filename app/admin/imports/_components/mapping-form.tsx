'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface MappingFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  fields: Readonly<Record<string, string>>
  /** Our fields, with what each is called and the heading that says it. */
  columns: readonly { field: string; label: string; value: string }[]
  /** Headings, with what stands under them in the first row. */
  options: Readonly<Record<string, string>>
  currencies: Readonly<Record<string, string>>
}

/** Which column of the file says what. */
export function MappingForm({ action, fields, columns, options, currencies }: MappingFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const problem = failed?.formError ?? failed?.fieldErrors['mapping']
  return (
    <form action={send} className="space-y-5">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
        {columns.map(({ field, label, value }) => (
          <Choice
            key={field}
            name={field}
            label={label}
            value={failed?.values[field] ?? value}
            options={field === 'currency' ? { ...options, ...currencies } : options}
            error={undefined}
          />
        ))}
      </div>
      <Button type="submit" disabled={sending}>
        {sending ? 'Checking every row…' : 'Check every row'}
      </Button>
    </form>
  )
}
