import { FieldError } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { anomalyRules } from '@/lib/programme/schemas'
import { ruleTitles } from '../../_components/anomaly-words'
import { ruleActions, thresholdUnit } from '../_components/words'
import { Choice } from '@/components/ui/choice'

interface RuleFieldsProps {
  texts: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
}

/** What each rule about anomalies does, and from how many on. */
export function RuleFields({ texts, errors }: RuleFieldsProps) {
  return (
    <fieldset>
      <legend className="text-lg font-semibold tracking-tight">Rules about anomalies</legend>
      <p className="mt-1 mb-3 max-w-prose text-[0.9375rem] text-muted">
        A changed number, and a rule that was off, count from then on: the comparison above knows only what
        rules have said.
      </p>
      <ul>
        {anomalyRules.map((rule) => {
          const name = `anomalies.${rule}`
          const unit = thresholdUnit(rule)
          return (
            <li
              key={rule}
              className="grid items-center gap-x-4 gap-y-2 border-b border-line py-3 last:border-0 sm:grid-cols-[minmax(0,1fr)_11rem_15rem]"
            >
              <p className="text-[0.9375rem]" id={`${name}-title`}>
                {ruleTitles[rule]}
              </p>
              <Choice
                name={name}
                label={`What is done: ${ruleTitles[rule]}`}
                quiet
                value={texts[name] ?? ''}
                options={ruleActions}
                error={undefined}
              />
              {unit === null ? null : (
                <div className="flex items-center gap-2">
                  <Label htmlFor={`${name}.from`} className="sr-only">
                    {ruleTitles[rule]}: from how many {unit}
                  </Label>
                  <Input
                    id={`${name}.from`}
                    name={`${name}.from`}
                    inputMode="numeric"
                    autoComplete="off"
                    defaultValue={texts[`${name}.from`]}
                    aria-invalid={errors[name] ? true : undefined}
                    aria-describedby={errors[name] ? `${name}-error` : undefined}
                    className="w-20 text-right"
                  />
                  <span className="text-sm text-muted">{unit}</span>
                </div>
              )}
              <div className="sm:col-span-3">
                <FieldError id={`${name}-error`}>{errors[name]}</FieldError>
              </div>
            </li>
          )
        })}
      </ul>
    </fieldset>
  )
}
