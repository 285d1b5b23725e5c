import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { ActionButton } from '@/components/action-button'
import { countText } from '@/components/count'
import { moneyText } from '@/components/money'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Choice } from '@/components/ui/choice'
import { onceField } from '@/lib/action-state'
import {
  guessMapping,
  importFields,
  mappingAs,
  products,
  type ImportField,
  type Product,
} from '@/lib/imports/formats'
import type { ImportDetail } from '@/lib/imports/queries'
import { Progress } from '../../payouts/_components/progress'
import { decide, map } from '../actions'
import { MappingForm } from './mapping-form'

const labels: Record<ImportField, string> = {
  handle: 'Handle',
  name: 'Name',
  first_name: 'First name',
  last_name: 'Last name',
  email: 'E-mail address',
  code: 'Code',
  stripe_promotion_code: 'Promotion code id at Stripe',
  stripe_coupon: 'Coupon id at Stripe',
  rate_bps: 'Own rate in basis points',
  joined_on: 'Joined on',
  opening_balance: 'Opening balance',
  currency: 'Currency of the balance',
  opening_payable_on: 'Balance payable on',
}

const longestExample = 24

/** Which column says what. */
export function Columns({
  file,
  may,
  as,
}: {
  file: ImportDetail
  may: boolean
  /** Whose export somebody says it is; undefined: nobody has said. */
  as: Product | 'own' | undefined
}) {
  const { product } = guessMapping(file.headings)
  const mapping = as === undefined ? file.mapping : mappingAs(as === 'own' ? null : as, file.headings)
  const options = Object.fromEntries([
    ['', 'No column'],
    ...file.headings
      .filter((heading) => heading !== '')
      .map((heading) => [heading, optionText(heading, file.example[heading])]),
  ])
  const isFirst = file.state === 'mapping'
  return (
    <Card>
      <CardTitle>{isFirst ? 'Which column says what?' : 'The columns'}</CardTitle>
      <CardText className="mb-5 max-w-prose">
        {product ? `This looks like an export of ${product}. ` : ''}
        {isFirst
          ? 'Only the address has to be there. Nothing is taken in by checking.'
          : 'Said otherwise, every row is checked again.'}
      </CardText>
      {may ? <Presets importId={file.id} current={as ?? product ?? 'own'} /> : null}
      {may ? (
        <MappingForm
          key={as}
          action={map}
          fields={{ importId: file.id, [onceField]: randomUUID() }}
          columns={importFields.map((field) => ({
            field,
            label: labels[field],
            value: mapping[field] ?? '',
          }))}
          options={options}
          currencies={{
            '=usd': 'All in US dollars',
            '=eur': 'All in euros',
            '=gbp': 'All in pounds sterling',
          }}
        />
      ) : null}
    </Card>
  )
}

/** Names the columns as another product's export does, to be looked over; without a script too. */
function Presets({ importId, current }: { importId: string; current: Product | 'own' }) {
  return (
    <form action={`/admin/imports/${importId}`} className="mb-6 flex max-w-sm items-end gap-2">
      <Choice
        name="as"
        label="Named as in an export of"
        value={current}
        options={{
          ...Object.fromEntries(products.map((product) => [product, product])),
          own: 'Our own format',
        }}
        error={undefined}
        className="min-w-0 flex-1"
      />
      <Button type="submit" look="secondary" className="shrink-0">
        Name them so
      </Button>
    </form>
  )
}

function optionText(heading: string, example: string | undefined): string {
  if (!example) return heading
  const short = example.length > longestExample ? `${example.slice(0, longestExample)}…` : example
  return `${heading} (${short})`
}

/** What comes of the file, and whether it is to. */
export function Decide({ file, may }: { file: ImportDetail; may: boolean }) {
  const { id, state, rows } = file
  const ended = rows.done + rows.failed
  return (
    <Card>
      <CardTitle>{titles[state]}</CardTitle>
      <CardText className="mb-5 max-w-prose">{sentence(file)}</CardText>
      {state === 'checked' ? null : (
        <Progress
          done={ended}
          all={ended + rows.ready}
          moving={state === 'running'}
          title={state === 'running' ? 'Being taken in' : 'Taken in or failed'}
        />
      )}
      <div className="mt-5 flex flex-wrap items-start gap-3">
        {may && state === 'checked' && rows.ready > 0 ? (
          <ActionButton
            action={decide}
            fields={{ importId: id, decision: 'start', [onceField]: randomUUID() }}
          >
            Take in {countText(rows.ready)} {rows.ready === 1 ? 'row' : 'rows'}
          </ActionButton>
        ) : null}
        {may && (state === 'checked' || state === 'running') ? (
          <ActionButton
            action={decide}
            fields={{ importId: id, decision: 'discard', [onceField]: randomUUID() }}
            look="secondary"
          >
            {state === 'checked' ? 'Take in none' : 'Leave the rest'}
          </ActionButton>
        ) : null}
        <Button asChild look="secondary">
          <a href={`/admin/imports/${id}/results.csv`} download>
            Results as CSV
          </a>
        </Button>
        {state === 'done' ? (
          <Button asChild look="secondary">
            <Link href="/admin/imports/past">What Stripe has of the past</Link>
          </Button>
        ) : null}
      </div>
    </Card>
  )
}

const titles: Record<ImportDetail['state'], string> = {
  mapping: 'Which column says what?',
  checked: 'Checked, and nothing taken in yet',
  running: 'Being taken in',
  done: 'Done',
  discarded: 'Left',
}

const many = (count: number, single: string, plural: string) =>
  `${countText(count)} ${count === 1 ? single : plural}`

function sentence(file: ImportDetail): string {
  const { state, rows, comes, openings } = file
  const money = openings.map(({ currency, amountMinor }) => moneyText(amountMinor, currency))
  const owed = money.length > 0 ? ` Opening balances come to ${money.join(' and ')}.` : ''
  const refused = many(rows.refused, 'row is refused', 'rows are refused')
  if (state === 'checked') {
    const people = `${many(comes.newAffiliates, 'new affiliate', 'new affiliates')}, ${countText(comes.existing)} known already`
    const codes = `${many(comes.make, 'code', 'codes')} to be made at Stripe, ${countText(comes.assign)} there already`
    return `${people}; ${codes}.${owed} ${refused}, each with its reason below.`
  }
  const failed = rows.failed > 0 ? `, ${countText(rows.failed)} not` : ''
  const rest = state === 'running' ? ' It goes on by itself, also after a restart.' : ''
  return `${many(rows.done, 'row', 'rows')} taken in${failed}; ${refused}.${owed}${rest}`
}
