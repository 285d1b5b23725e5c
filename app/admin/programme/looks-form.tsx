'use client'

import Image from 'next/image'
import { useActionState } from 'react'
import { logoClasses } from '@/components/brand'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { saveLooks } from './actions'

interface LooksFormProps {
  looks: { name: string; accent: string | null; logoId: number | null; seen: string }
  once: string
}

/** Name, colour and picture. */
export function LooksForm({ looks, once }: LooksFormProps) {
  const [state, send, sending] = useActionState(saveLooks, null)
  const failed = state?.ok === false ? state : null
  return (
    <Card>
      <form action={send} noValidate className="max-w-xl space-y-6">
        <input type="hidden" name={onceField} value={once} />
        <input type="hidden" name="seen" value={looks.seen} />
        {failed?.formError ? <Notice tone="bad">{failed.formError}</Notice> : null}
        <Field
          name="name"
          label="Name"
          autoComplete="off"
          defaultValue={failed?.values.name ?? looks.name}
          error={failed?.fieldErrors.name}
        />
        <Field
          name="accent"
          label="Colour"
          placeholder="#0b5c70"
          autoComplete="off"
          hint="As your designers write it. Where it could not be read it is made darker on light pages and lighter on dark ones. Empty: the usual one."
          defaultValue={failed?.values.accent ?? looks.accent ?? ''}
          error={failed?.fieldErrors.accent}
        />
        <Field
          name="logo"
          type="file"
          accept="image/png,image/jpeg"
          label="Logo"
          hint="PNG or JPEG, at most 256 KiB; it stands beside the name, 28 pixels high. Empty: as it is."
          error={failed?.fieldErrors.logo}
          className="[&_input]:py-2"
        />
        {looks.logoId === null ? null : (
          <div className="flex flex-wrap items-center gap-6">
            <Image
              unoptimized
              src={`/logo/${looks.logoId}`}
              alt="The present logo"
              width={128}
              height={28}
              className={logoClasses}
            />
            <label className="flex items-center gap-2.5 text-[0.9375rem]">
              <input type="checkbox" name="withoutLogo" value="yes" className="size-4 accent-accent" />
              Do without it
            </label>
          </div>
        )}
        <Button type="submit" disabled={sending}>
          {sending ? 'One moment…' : 'Save'}
        </Button>
      </form>
    </Card>
  )
}
