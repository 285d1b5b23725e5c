'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldError } from '@/components/ui/field'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

interface UploadFormProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  fields: Readonly<Record<string, string>>
}

/** Takes a file; nothing is made of it yet. */
export function UploadForm({ action, fields }: UploadFormProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const wrong = failed?.fieldErrors['csv']
  return (
    <form action={send} className="space-y-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="space-y-1.5">
        <Label htmlFor="csv">CSV file</Label>
        <input
          id="csv"
          name="csv"
          type="file"
          accept=".csv,text/csv,text/plain"
          required
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? 'csv-error' : undefined}
          className="block w-full max-w-full text-[0.9375rem] text-muted file:mr-4 file:h-11 file:rounded-lg file:border file:border-edge/60 file:bg-surface file:px-4 file:font-medium file:text-ink hover:file:bg-sunken"
        />
        <FieldError id="csv-error">{wrong}</FieldError>
      </div>
      <Button type="submit" disabled={sending}>
        {sending ? 'Reading it…' : 'Read and check it'}
      </Button>
    </form>
  )
}
