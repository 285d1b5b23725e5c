import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { MrrMonth } from '@/lib/subscriptions/movements'
import { MrrChart } from './mrr-chart'

const month = (change: Partial<MrrMonth>): MrrMonth => ({
  currency: 'usd',
  month: '2026-01',
  startMinor: 0n,
  newMinor: 0n,
  expansionMinor: 0n,
  contractionMinor: 0n,
  churnedMinor: 0n,
  endMinor: 0n,
  ...change,
})
const draw = (...months: MrrMonth[]) =>
  renderToStaticMarkup(<MrrChart title="MRR" currency="usd" months={months} thisMonth="2026-03" />)

describe('the chart of recurring revenue', () => {
  it('has each month with what moved in its table, and says which one still runs', () => {
    const html = draw(
      month({ newMinor: 2755n, endMinor: 2755n }),
      month({ month: '2026-02', startMinor: 2755n, expansionMinor: 245n, endMinor: 3000n }),
      month({
        month: '2026-03',
        startMinor: 3000n,
        contractionMinor: 1000n,
        churnedMinor: 500n,
        endMinor: 1500n,
      }),
    )
    for (const text of ['$27.55', '$2.45', '−$10.00', '−$5.00', '$15.00', 'March 2026, so far'])
      expect(html).toContain(text)
    expect(html).not.toContain('February 2026, so far')
    expect(html).toContain('March 2026: $15.00, −$15.00')
  })

  it('stacks what a month brought on what stood before, and puts losses below the line', () => {
    const html = draw(
      month({ startMinor: 50n, newMinor: 25n, endMinor: 75n }),
      month({ month: '2026-02', startMinor: 75n, churnedMinor: 25n, endMinor: 50n }),
    )
    expect(html).toContain('bottom:calc(100% - 75%);height:75%')
    expect(html).toContain('height:33.33%')
    expect(html).toContain('top:75%;height:25%')
  })

  it('of nothing but zeroes is drawn too', () => {
    expect(draw(month({}))).toContain('No change')
  })
})
