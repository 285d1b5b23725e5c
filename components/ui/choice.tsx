import { cn } from './cn'
import { FieldError } from './field'
import { inputClasses } from './input'
import { Label } from './label'

interface ChoiceProps {
  name: string
  label: string
  value: string
  /** What is shown for each value; those that are numbers come in their order. */
  options: Readonly<Record<string, string>>
  error: string | undefined
  /** Read out, but not shown. */
  quiet?: boolean
  className?: string
}

/** One of several. */
export function Choice({ name, label, value, options, error, quiet = false, className }: ChoiceProps) {
  return (
    <div className={cn('space-y-1.5', className)}>
      <Label htmlFor={name} className={quiet ? 'sr-only' : undefined}>
        {label}
      </Label>
      <select
        id={name}
        name={name}
        defaultValue={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${name}-error` : undefined}
        className={inputClasses}
      >
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      <FieldError id={`${name}-error`}>{error}</FieldError>
    </div>
  )
}
