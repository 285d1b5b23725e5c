import { describe, expect, it } from 'vitest'
import { defaultLocale, exampleOf, findLocale, formatDay, locales, retell } from './locales'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

describe('a reader’s way of writing', () => {
  it('is one of a short list, each known by how it looks', () => {
    expect(locales.map(findLocale)).toEqual(locales)
    expect(findLocale('tlh')).toBeNull()
    expect(plain(exampleOf('de'))).toBe('1.234,56 €, 21.11.2026')
    expect(plain(exampleOf('fr'))).toBe('1 234,56 €, 21/11/2026')
    expect(plain(exampleOf('en'))).toBe('€1,234.56, 21 Nov 2026')
    expect(new Set(locales.map(exampleOf)).size).toBe(locales.length)
  })

  it('orders a day and keeps its zeroes', () => {
    expect(locales.map((locale) => formatDay('2026-09-01', locale))).toEqual([
      '1 Sep 2026',
      'Sep 1, 2026',
      '01.09.2026',
      '01.09.2026',
      '01/09/2026',
      '01-09-2026',
      '01/09/2026',
      '2026-09-01',
      '01.09.2026',
      '2026/09/01',
    ])
  })
})

describe('what the books say', () => {
  it.each([
    ['$4.80', '4,80 $'],
    ['-$1,234.56', '-1.234,56 $'],
    ['4 × $4.46, 8 × $4.45', '4 × 4,46 $, 8 × 4,45 $'],
    ['12.5 % of a net €2,400.00 is €300.00.', '12,5 % of a net 2.400,00 € is 300,00 €.'],
    ['(27.55 × 29.00/33.06 − 3.55) × 1', '(27,55 × 29,00/33,06 − 3,55) × 1'],
    ['CA$5.00 and $5.00', '5,00 CA$ and 5,00 $'],
    ['¥446, 447', '446 ¥, 447'],
    ['re_1.50x on 2026-05-20: in_2026-05-20', 're_1.50x on 20.05.2026: in_2026-05-20'],
    ['2400.1234… and 7 days', '2400,1234… and 7 days'],
  ])('%s is retold', (text, told) => {
    expect(plain(retell(text, ['usd', 'eur', 'cad', 'jpy'], 'de'))).toBe(told)
  })

  it('stays as it is for those who read English, and where no currency is known', () => {
    expect(retell('$4.80 on 2026-01-31', ['usd'], defaultLocale)).toBe('$4.80 on 2026-01-31')
    expect(plain(retell('4.80 on 2026-01-31', [], 'de'))).toBe('4,80 on 31.01.2026')
  })
})
