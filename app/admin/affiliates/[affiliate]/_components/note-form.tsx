'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { addNote } from '../../actions'

/** Something to remember about an affiliate. */
export function NoteForm({ affiliateId, once }: { affiliateId: string; once: string }) {
  const [state, send, sending] = useActionState(addNote, null)
  const failed = state?.ok === false ? state : null
  const wrong = failed?.fieldErrors.text
  return (
    <form action={send} noValidate className="mt-4 max-w-prose space-y-3">
      <input type="hidden" name={onceField} value={once} />
      <input type="hidden" name="affiliateId" value={affiliateId} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <div className="space-y-1.5">
        <Label htmlFor="note">A new note</Label>
        <textarea
          id="note"
          name="text"
          rows={3}
          maxLength={2000}
          defaultValue={failed?.values.text}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? 'note-error' : undefined}
          className={cn(inputClasses, 'h-auto py-2.5')}
        />
        <FieldError id="note-error">{wrong}</FieldError>
      </div>
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Keep the note'}
      </Button>
    </form>
  )
}
