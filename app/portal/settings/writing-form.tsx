'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface WritingFormProps {
  action: (before: ActionState | null, form: FormData) => Promise<ActionState>
  /** Ways of writing, each by an example. */
  ways: readonly { locale: string; example: string }[]
  chosen: string
}

export function WritingForm({ action, ways, chosen }: WritingFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const error = failed?.fieldErrors.locale
  return (
    <form action={send} className="space-y-4">
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="space-y-1.5">
        <Label htmlFor="locale">Written like</Label>
        <select
          id="locale"
          name="locale"
          defaultValue={chosen}
          className={inputClasses}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? 'locale-error' : undefined}
        >
          {ways.map(({ locale, example }) => (
            <option key={locale} value={locale}>
              {example}
            </option>
          ))}
        </select>
        <FieldError id="locale-error">{error}</FieldError>
      </div>
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Save'}
      </Button>
    </form>
  )
}
