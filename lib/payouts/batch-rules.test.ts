import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { checkBatch, csvOf, readResults, type BatchRow } from './batch-rules'

const row = (changes: Partial<BatchRow> = {}): BatchRow => ({
  payoutId: 'pay_0123456789abcdefghjk',
  email: 'ahmet@example.com',
  name: 'Ahmet Yılmaz',
  receiverType: 'PERSON',
  amount: '50.00',
  currency: 'USD',
  ...changes,
})

describe('PayPal’s mass payment', () => {
  it('is read by columns: recipient, amount, currency, customer id, note, wallet', () => {
    const csv = csvOf('paypal', [row(), row({ payoutId: 'pay_b', amount: '7500', currency: 'USD' })])
    expect(parse(csv)).toEqual([
      [
        'ahmet@example.com',
        '50.00',
        'USD',
        'pay_0123456789abcdefghjk',
        'Your affiliate commission',
        'PAYPAL',
      ],
      ['ahmet@example.com', '7500', 'USD', 'pay_b', 'Your affiliate commission', 'PAYPAL'],
    ])
  })

  it('pays forints, yen and Taiwan dollars without decimals', () => {
    expect(csvOf('paypal', [row({ amount: '6000.00', currency: 'HUF' })])).toContain(',6000,HUF,')
  })

  it.each<[string, Partial<BatchRow>[]]>([
    ['two currencies', [{}, { payoutId: 'pay_b', currency: 'EUR' }]],
    ['a currency that it does not pay', [{ currency: 'KWD' }]],
    ['more than 5,000 rows', Array.from({ length: 5001 }, (_, n) => ({ payoutId: `pay_${n}` }))],
    ['an address that is none', [{ email: 'ahmet' }]],
    ['a reference of more than 30 characters', [{ payoutId: 'x'.repeat(31) }]],
    ['three decimals', [{ amount: '5.125' }]],
    ['a payout twice', [{}, {}]],
  ])('is not given %s', (_, rows) => {
    expect(checkBatch('paypal', rows.map(row))).not.toEqual([])
  })

  it('has nothing against a file of ours', () => {
    expect(checkBatch('paypal', [row(), row({ payoutId: 'pay_b' })])).toEqual([])
  })
})

describe('Wise’s batch', () => {
  it('is read by the headings of its template for addresses', () => {
    const [line] = parse(csvOf('wise', [row({ name: 'Blum, "Berta"' })]), { columns: true })
    expect(line).toEqual({
      name: 'Blum, "Berta"',
      recipientEmail: 'ahmet@example.com',
      paymentReference: '89abcdefghjk',
      receiverType: 'PERSON',
      amountCurrency: 'target',
      amount: '50.00',
      sourceCurrency: 'USD',
      targetCurrency: 'USD',
      type: 'EMAIL',
    })
  })

  it('is not given more than 1,000 rows, or a name of one letter', () => {
    const many = Array.from({ length: 1001 }, (_, n) => row({ payoutId: `pay_${n}` }))
    expect(checkBatch('wise', many)).not.toEqual([])
    expect(checkBatch('wise', [row({ name: 'B' })])).not.toEqual([])
  })

  it('carries no formula into a spreadsheet', () => {
    expect(csvOf('wise', [row({ name: '=HYPERLINK("http://x")' })])).toContain(`"'=HYPERLINK`)
  })
})

describe('what the provider says became of it', () => {
  const ids = ['pay_0123456789abcdefghjk', 'pay_bbbbbbbbbbbbbbbbbbbb']

  it('is read from PayPal’s report', () => {
    const records: Record<string, string>[] = [
      { 'Customer ID': ids[0] ?? '', Status: 'Completed', 'Transaction ID': '9AB12345CD678901E' },
      { 'Customer ID': ids[1] ?? '', Status: 'Unclaimed', 'Transaction ID': '1' },
      { 'Customer ID': 'somebody else’s', Status: 'Completed', 'Transaction ID': '2' },
    ]
    expect(readResults(records, ids)).toEqual([
      { payoutId: ids[0], outcome: 'paid', reference: '9AB12345CD678901E', amount: null },
      { payoutId: ids[1], outcome: 'open', reference: '1', amount: null },
    ])
  })

  it('is read from Wise’s export', () => {
    const records: Record<string, string>[] = [
      { ID: '77', Status: 'outgoing_payment_sent', paymentReference: '89abcdefghjk' },
      { ID: '78', Status: 'bounced_back', Reference: 'bbbbbbbbbbbb' },
    ]
    expect(readResults(records, ids)).toEqual([
      { payoutId: ids[0], outcome: 'paid', reference: '77', amount: null },
      { payoutId: ids[1], outcome: 'returned', reference: '78', amount: null },
    ])
  })
})
