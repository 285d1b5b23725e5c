import { randomUUID } from 'node:crypto'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { listNotes } from '@/lib/affiliates/note-queries'
import { NoteForm } from './note-form'

/** What the console's people wrote down for each other. */
export async function Notes({
  actor,
  affiliateId,
  mayWrite,
}: {
  actor: Actor
  affiliateId: string
  mayWrite: boolean
}) {
  const notes = await listNotes(actor, affiliateId)
  return (
    <Card id="notes">
      <CardTitle>Notes</CardTitle>
      <CardText>For the console alone, and for good.</CardText>
      {mayWrite ? <NoteForm affiliateId={affiliateId} once={randomUUID()} /> : null}
      <ol className="mt-3">
        {notes.map(({ id, text, at, writtenBy }) => (
          <li key={id} className="border-b border-line py-4 last:border-0 last:pb-0">
            <p className="max-w-prose break-words whitespace-pre-line">{text}</p>
            <p className="mt-1 text-sm break-all text-muted">
              <Moment at={at} />, {writtenBy}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  )
}
