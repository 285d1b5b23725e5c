import { describe, expect, it } from 'vitest'
import { parseAmount } from './amount'
import { guessMapping, mappingAs } from './formats'
import { mappingProblem, readRow } from './read-row'

describe('an amount', () => {
  it.each([
    ['1,234.56', 'usd', 123456n],
    ['1.234,56', 'eur', 123456n],
    ['1 234,56 €', 'eur', 123456n],
    ['1’234.50', 'chf', 123450n],
    ['$12', 'usd', 1200n],
    ['USD 0.05', 'usd', 5n],
    ['−12,5', 'eur', -1250n],
    ['1,234,567', 'usd', 123456700n],
    ['1,234', 'jpy', 1234n],
    ['1.234', 'kwd', 1234n],
    ['1234,56', 'usd', 123456n],
  ])('%s in %s is exact', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor)
  })

  it.each([
    ['1,234', 'usd'],
    ['1.234', 'eur'],
    ['1,234', 'kwd'],
    ['12.345,6,7', 'eur'],
    ['1,23.45', 'usd'],
    ['12.5', 'jpy'],
    ['0.125', 'usd'],
    ['twelve', 'usd'],
    ['1e3', 'usd'],
    ['', 'usd'],
  ])('%s in %s is not guessed', (text, currency) => {
    expect(parseAmount(text, currency)).toBeNull()
  })
})

describe('the columns of a file', () => {
  it.each([
    ['Rewardful', 'stripe_customer_id,first_name,last_name,email,paypal_email,token', 'token'],
    ['FirstPromoter', 'id,name,email,ref_token', 'ref_token'],
    ['Dub', 'ID,Name,Email,Country,Status,Enrolled at,Payouts enabled at', undefined],
    ['Tolt', 'id,email,first_name,last_name,company_name,country_code,value', 'value'],
  ])('are known from %s', (product, headings, handle) => {
    const guess = guessMapping(headings.split(','))
    expect(guess.product).toBe(product)
    expect(guess.mapping.email?.toLowerCase()).toBe('email')
    expect(guess.mapping.handle).toBe(handle)
  })

  it('may be named as another product’s by hand', () => {
    const headings = ['name', 'email', 'token', 'ref_id', 'Enrolled at']
    expect(mappingAs('Rewardful', headings)).toEqual({ name: 'name', email: 'email', handle: 'token' })
    expect(mappingAs('FirstPromoter', headings)).toMatchObject({ handle: 'ref_id' })
    expect(mappingAs('Dub', headings)).toMatchObject({ joined_on: 'Enrolled at' })
    expect(mappingAs(null, headings)).toEqual({ name: 'name', email: 'email' })
  })

  it('under our own names are nobody else’s', () => {
    const headings = ['handle', 'Name', 'E-Mail', 'email', 'opening balance', 'currency']
    const { mapping, product } = guessMapping(headings)
    expect(product).toBeNull()
    expect(mapping).toEqual({
      handle: 'handle',
      name: 'Name',
      email: 'email',
      opening_balance: 'opening balance',
      currency: 'currency',
    })
  })

  it('have to say an address, and the currency of a balance', () => {
    const headings = ['Mail', 'Due']
    expect(mappingProblem({}, headings)).toContain('e-mail')
    expect(mappingProblem({ email: 'Post' }, headings)).toContain('no column Post')
    expect(mappingProblem({ email: 'Mail', opening_balance: 'Due' }, headings)).toContain('currency')
    expect(mappingProblem({ email: 'Mail', opening_balance: 'Due', currency: '=eur' }, headings)).toBeNull()
  })
})

describe('a row', () => {
  const mapping = {
    first_name: 'First',
    last_name: 'Last',
    email: 'Mail',
    joined_on: 'Since',
    rate_bps: 'Rate',
    opening_balance: 'Due',
    currency: '=eur',
  }
  const read = (cells: Record<string, string>) => readRow(cells, mapping, '2026-01-31')

  it('says who somebody is, and what they are owed', () => {
    const since = '2024-03-01T09:30:00Z'
    expect(
      read({ First: 'Zoë', Last: 'Łukasz', Mail: 'zoe@example.com', Due: '1.234,56', Since: since }),
    ).toEqual({
      wanted: {
        handle: expect.stringMatching(/^Zoe/),
        displayName: 'Zoë Łukasz',
        email: 'zoe@example.com',
        code: null,
        promotionCodeId: null,
        couponId: null,
        rateBps: null,
        joinedOn: '2024-03-01',
        opening: { minor: 123456n, currency: 'eur', payableOn: null },
      },
    })
  })

  it('that cannot be understood says every reason', () => {
    const row = read({
      First: 'Zoe',
      Mail: 'zoe',
      Due: '1,234',
      Since: '2026-02-01',
      Rate: '20 %',
      beyond: 'x',
    })
    const problem = 'problem' in row ? row.problem : ''
    for (const word of ['more cells', 'email:', 'opening_balance:', 'joined_on:', 'rate_bps:'])
      expect(problem).toContain(word)
  })
})
