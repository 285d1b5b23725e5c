import { randomUUID } from 'node:crypto'
import type { ReactNode } from 'react'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { onceField, type ActionState } from '@/lib/action-state'
import { UploadForm } from './upload-form'

interface UploadCardProps {
  title: string
  /** What the file is, in a sentence or two. */
  children: ReactNode
  example: string
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
}

/** Where a file is handed in: read and checked at once, with nothing made of it yet. */
export function UploadCard({ title, children, example, action }: UploadCardProps) {
  return (
    <Card>
      <CardTitle>{title}</CardTitle>
      <CardText className="mb-5 max-w-prose">{children}</CardText>
      <UploadForm action={action} fields={{ [onceField]: randomUUID() }} />
      <details className="mt-5">
        <summary className="cursor-pointer text-sm font-medium">What a file looks like</summary>
        <pre
          tabIndex={0}
          aria-label="An example of a file"
          className="mt-3 overflow-x-auto rounded-lg bg-sunken p-4 font-mono text-sm"
        >
          {example}
        </pre>
      </details>
    </Card>
  )
}
