import type { ComponentProps } from 'react'
import { cn } from './cn'

const tones = {
  plain: 'border-line bg-sunken text-ink',
  good: 'border-accent-line bg-accent-soft text-ink',
  wait: 'border-wait/35 bg-wait-soft text-ink',
  bad: 'border-minus/35 bg-minus-soft text-ink',
}

/** A sentence that must be seen; `bad` is announced at once. */
export function Notice({
  className,
  tone = 'plain',
  ...props
}: ComponentProps<'div'> & { tone?: keyof typeof tones }) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={cn('rounded-xl border px-4 py-3 text-[0.9375rem]', tones[tone], className)}
      {...props}
    />
  )
}
