import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Choice } from '@/components/ui/choice'

interface AdjustFormProps {
  affiliateId: string
  texts: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  /** In which they have something already. */
  currencies: readonly string[]
}

/** Sent by GET: looking changes nothing. */
export function AdjustForm({ affiliateId, texts, errors, currencies }: AdjustFormProps) {
  return (
    <Card>
      <form action={`/admin/affiliates/${affiliateId}/adjust#look`} noValidate className="space-y-5">
        <input type="hidden" name="look" value="yes" />
        <div className="grid items-start gap-x-6 gap-y-5 sm:grid-cols-2">
          <Choice
            name="direction"
            label="What"
            value={texts.direction || 'credit'}
            options={{ credit: 'credit, to them', debit: 'debit, from them' }}
            error={undefined}
          />
          <Field
            name="currency"
            label="Currency"
            hint="Three letters."
            defaultValue={texts.currency || (currencies[0] ?? 'usd').toUpperCase()}
            maxLength={3}
            autoComplete="off"
            error={errors.currency}
          />
          <Field
            name="amount"
            label="Amount"
            inputMode="decimal"
            placeholder="12.50"
            autoComplete="off"
            defaultValue={texts.amount}
            error={errors.amount}
          />
          <Field
            name="payableOn"
            type="date"
            label="Payable from"
            hint="Empty: today."
            defaultValue={texts.payableOn}
            error={errors.payableOn}
          />
        </div>
        <Button type="submit">Look at what it changes</Button>
      </form>
    </Card>
  )
}
