import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { reversedPart } from './commission-status'
import { delayText } from './event-outcome'
import { Money, moneyText } from './money'
import { MonthChart } from './month-chart'
import { dayText, Moment, monthText } from './time'

describe('an amount', () => {
  it('that goes back carries a real minus, its currency, and the colour of it', () => {
    expect(moneyText(-240n, 'usd')).toBe('−$2.40')
    expect(renderToStaticMarkup(<Money minor={-240n} currency="usd" />)).toContain('text-minus')
    expect(renderToStaticMarkup(<Money minor={240n} currency="usd" />)).not.toContain('text-minus')
  })

  it('is exact beyond what a float can hold', () => {
    expect(moneyText(9_007_199_254_740_993n, 'usd')).toBe('$90,071,992,547,409.93')
  })
})

describe('a day', () => {
  it('is written the same by every server and browser', () => {
    expect(dayText('2026-09-01')).toBe('1 Sep 2026')
    expect(monthText('2026-09')).toBe('September 2026')
  })

  it('and a moment are those of UTC', () => {
    const late = renderToStaticMarkup(<Moment at={new Date('2026-01-31T23:59:59Z')} />)
    expect(late).toContain('31 Jan 2026, 23:59 UTC')
  })
})

describe('what was taken back', () => {
  it('is nothing, a part, or all', () => {
    expect(reversedPart({ reversedMinor: 0n, remainingMinor: 480n })).toBeNull()
    expect(reversedPart({ reversedMinor: 240n, remainingMinor: 240n })).toBe('part')
    expect(reversedPart({ reversedMinor: 480n, remainingMinor: 0n })).toBe('all')
  })
})

describe('how long an event took', () => {
  it('is said in the unit that fits, and not at all before it is done', () => {
    const took = (delayMs: number | null) => delayText({ delayMs, attempts: 1 })
    expect([took(180), took(2400), took(180_000), took(7_200_000)]).toEqual([
      '180 ms',
      '2.4 s',
      '3 min',
      '2 h',
    ])
    expect(took(null)).toBe('not yet')
  })
})

describe('the chart of a year', () => {
  it('has every month in its table too, for those who do not see it', () => {
    const bar = { earnedMinor: 446n, reversedMinor: 0n, ahead: false }
    const html = renderToStaticMarkup(
      <MonthChart
        title="Earnings"
        currency="usd"
        months={[
          { ...bar, month: '2026-01' },
          { ...bar, month: '2026-02', reversedMinor: 100n },
          { ...bar, month: '2026-03', ahead: true },
        ]}
      />,
    )
    expect(html).toContain('February 2026')
    expect(html).toContain('−$1.00')
    expect(html).toContain('March 2026, to come')
  })

  it('of nothing but zeroes is drawn too', () => {
    const months = [{ month: '2026-01', earnedMinor: 0n, reversedMinor: 0n, ahead: false }]
    expect(renderToStaticMarkup(<MonthChart title="Earnings" currency="usd" months={months} />)).toContain(
      '$0.00',
    )
  })
})
