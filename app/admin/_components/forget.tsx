import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { DecisionForm } from '@/components/decision-form'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { onceField, type Json } from '@/lib/action-state'

interface ForgetProps<Result extends Json> {
  action: ComponentProps<typeof DecisionForm<Result>>['action']
  fields: Readonly<Record<string, string>>
  /** Where the question is asked, and whether it is now. */
  href: string
  asked: boolean
  /** What goes and what stays. */
  gone: readonly string[]
  stays: readonly string[]
  /** What has to be done at other places, if anything. */
  first?: ReactNode
  children?: ReactNode
}

/** Taking a person out of the books for good: what it means is said before the button is there. */
export function Forget<Result extends Json>(props: ForgetProps<Result>) {
  const { action, fields, href, asked, gone, stays, first, children } = props
  return (
    <Card id="forget">
      <CardTitle>Forget this person</CardTitle>
      <CardText>
        Where the law gives somebody the right to be forgotten. There is no way back: not by an administrator,
        not from the books.
      </CardText>
      {asked ? (
        <div className="mt-5 space-y-5 border-t border-line pt-5">
          <div className="grid gap-5 text-[0.9375rem] sm:grid-cols-2">
            <Consequence title="Gone for good" items={gone} />
            <Consequence title="Stays" items={stays} />
          </div>
          {first ? <p className="max-w-prose text-[0.9375rem]">{first}</p> : null}
          <DecisionForm
            action={action}
            confirm="Forget them for good"
            danger
            fields={{ [onceField]: randomUUID(), ...fields }}
            reasonHint="Kept for good beside the decision: do not name the person in it."
          >
            {children}
          </DecisionForm>
        </div>
      ) : (
        <Button asChild size="small" look="secondary" className="mt-4">
          <Link href={href}>What it would mean</Link>
        </Button>
      )}
    </Card>
  )
}

function Consequence({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1.5 list-disc space-y-1 pl-5 text-muted">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  )
}
