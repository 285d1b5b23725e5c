import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'
import { Input } from './input'
import { Label } from './label'

type FieldProps = Omit<ComponentProps<'input'>, 'id' | 'name'> & {
  name: string
  label: ReactNode
  hint?: ReactNode
  /** What is wrong with it, in words. */
  error?: string | undefined
}

/** A labelled input whose hint and error are read out with it. */
export function Field({ name, label, hint, error, className, ...props }: FieldProps) {
  const described = [error && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return (
    <div className={cn('space-y-1.5', className)}>
      <Label htmlFor={name}>{label}</Label>
      <Input
        id={name}
        name={name}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...props}
      />
      <FieldError id={`${name}-error`}>{error}</FieldError>
      {hint ? (
        <p id={`${name}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

export function FieldError({ id, children }: { id: string; children: ReactNode }) {
  if (!children) return null
  return (
    <p id={id} className="text-sm text-minus">
      {children}
    </p>
  )
}
