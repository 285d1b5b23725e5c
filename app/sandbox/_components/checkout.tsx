'use client'

import { useActionState } from 'react'
import { Money } from '@/components/money'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import type { ActionState } from '@/lib/action-state'

export interface PlanDto {
  priceId: string
  name: string
  interval: 'month' | 'year'
  amountMinor: bigint
  currency: string
}

interface CheckoutProps {
  action: (before: ActionState<string> | null, form: FormData) => Promise<ActionState<string>>
  plans: readonly PlanDto[]
  /** A code that works, to be tried. */
  tryCode: string | null
  /** By a referral link, as a pricing page carries it on; empty: nothing. */
  brought: { code: string; reference: string; priceId: string | undefined }
  /** Whom the newcomer may be, to save typing. */
  someone: { name: string; email: string }
  /** A random token: the same form sent twice pays once. */
  once: string
}

export function Checkout({ action, plans, tryCode, brought, someone, once }: CheckoutProps) {
  const [state, send, sending] = useActionState(action, null)
  const failed = state?.ok === false ? state : null
  const values = failed?.values ?? {}
  return (
    <form action={send} noValidate className="space-y-5">
      <input type="hidden" name="once" value={once} />
      <input type="hidden" name="reference" value={brought.reference} />
      {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
      <Plans plans={plans} chosen={values.priceId ?? brought.priceId ?? plans[0]?.priceId} />
      <Field
        name="code"
        label="Code"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        className="[&_input]:font-mono"
        defaultValue={values.code ?? brought.code}
        error={failed?.fieldErrors.code}
        hint={
          tryCode ? `Try ${tryCode}, or leave it out and pay the full price.` : 'Of any affiliate, or none.'
        }
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          name="name"
          label="Name"
          autoComplete="off"
          defaultValue={values.name ?? someone.name}
          error={failed?.fieldErrors.name}
        />
        <Field
          name="email"
          type="email"
          label="E-mail address"
          autoComplete="off"
          spellCheck={false}
          defaultValue={values.email ?? someone.email}
          error={failed?.fieldErrors.email}
        />
      </div>
      <details open={Boolean(values.fee)}>
        <summary className="w-fit text-sm text-muted hover:text-ink">Set Stripe’s fee</summary>
        <Field
          name="fee"
          label="Fee"
          inputMode="decimal"
          autoComplete="off"
          className="mt-3 max-w-60"
          defaultValue={values.fee}
          error={failed?.fieldErrors.fee}
          hint="Left empty, Stripe’s usual price. With 3.55, a month of Pro earns exactly 4.80."
        />
      </details>
      <Button type="submit" size="large" className="w-full" disabled={sending}>
        {sending ? 'Paying…' : 'Pay with the test card'}
      </Button>
    </form>
  )
}

function Plans({ plans, chosen }: { plans: readonly PlanDto[]; chosen: string | undefined }) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">Plan</legend>
      <div className="mt-1.5 grid gap-3 sm:grid-cols-3">
        {plans.map(({ priceId, name, interval, amountMinor, currency }) => (
          <label
            key={priceId}
            className="relative flex cursor-pointer flex-col rounded-xl border border-edge/60 p-4 transition-colors hover:border-edge has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <span className="flex items-center justify-between gap-3 text-[0.9375rem]">
              {interval === 'month' ? `${name}, monthly` : `${name}, annual`}
              <input
                type="radio"
                name="priceId"
                value={priceId}
                defaultChecked={priceId === chosen}
                className="size-4 accent-accent"
              />
            </span>
            <span className="mt-1 flex flex-wrap items-baseline gap-x-1.5">
              <Money minor={amountMinor} currency={currency} className="text-xl font-semibold" />
              <span className="text-sm text-muted">a {interval}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
