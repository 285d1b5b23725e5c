'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface LinkFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  pages: readonly { url: string; label: string; withBelow: boolean; address: string }[]
  /** A random token: the same form sent twice makes one link. */
  once: string
}

export function LinkForm({ action, pages, once }: LinkFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const values = failed?.values ?? {}
  const below = pages.find(({ withBelow }) => withBelow)
  return (
    <form action={send} noValidate className="space-y-5">
      <input type="hidden" name="once" value={once} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          name="label"
          label="Where you will use it"
          placeholder="Newsletter"
          autoComplete="off"
          required
          maxLength={60}
          defaultValue={values.label}
          error={failed?.fieldErrors.label}
          hint="Only you see it; the link ends with it."
        />
        <div className="space-y-1.5">
          <Label htmlFor="url">Page it leads to</Label>
          <select
            key={values.url}
            id="url"
            name="url"
            defaultValue={values.url ?? pages[0]?.url}
            className={inputClasses}
            aria-invalid={failed?.fieldErrors.url ? true : undefined}
            aria-describedby={failed?.fieldErrors.url ? 'url-error' : undefined}
          >
            {pages.map(({ url, label }) => (
              <option key={url} value={url}>
                {label}
              </option>
            ))}
          </select>
          <FieldError id="url-error">{failed?.fieldErrors.url}</FieldError>
        </div>
      </div>
      {below ? (
        <Field
          name="below"
          type="url"
          label="Or a certain page, if you like"
          autoComplete="off"
          spellCheck={false}
          defaultValue={values.below}
          hint={`Any address below ${below.address}`}
        />
      ) : null}
      <Button type="submit" disabled={sending}>
        {sending ? 'One moment…' : 'Make the link'}
      </Button>
    </form>
  )
}
