'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

type Made = { id: string; secret: string | null }

export function MakeWebhook({
  action,
  once,
  label,
}: {
  action: (before: ActionState<Made> | null, form: FormData) => Promise<ActionState<Made>>
  once: string
  label: string
}) {
  const [state, send, sending] = useActionState(action, null)
  return (
    <form action={send} className="space-y-4">
      <input type="hidden" name="once" value={once} />
      {state?.ok === false ? <Notice tone="bad">{state.formError}</Notice> : null}
      {state?.ok ? (
        <Notice tone="good">
          {state.result.secret === null ? (
            'The endpoint is up to date.'
          ) : (
            <>
              The endpoint is made. Put this secret into STRIPE_WEBHOOK_SECRET and start again; Stripe shows
              it this once, and it is kept nowhere:
              <code className="mt-2 block font-mono text-sm break-all select-all">{state.result.secret}</code>
            </>
          )}
        </Notice>
      ) : (
        <Button type="submit" look="secondary" disabled={sending}>
          {sending ? 'One moment…' : label}
        </Button>
      )}
    </form>
  )
}

export function ProveWebhook({
  action,
  once,
}: {
  action: (
    before: ActionState<{ couponId: string }> | null,
    form: FormData,
  ) => Promise<ActionState<{ couponId: string }>>
  once: string
}) {
  const [state, send, sending] = useActionState(action, null)
  return (
    <form action={send} className="space-y-4">
      <input type="hidden" name="once" value={once} />
      {state?.ok === false ? <Notice tone="bad">{state.formError}</Notice> : null}
      <Button type="submit" look="secondary" disabled={sending}>
        {sending ? 'One moment…' : 'Have Stripe send a test event'}
      </Button>
    </form>
  )
}
