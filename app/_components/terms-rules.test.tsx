import { describe, expect, it } from 'vitest'
import { defaultTerms } from '@/lib/programme/terms'
import { rulesOf } from './terms-rules'

const words = (changes: object) => JSON.stringify(rulesOf({ ...defaultTerms('2026-01-01'), ...changes }))

describe('the published terms', () => {
  it('say that the code beats the link', () => {
    expect(words({})).toContain('the code counts')
  })

  it('say what the terms in force say, and nothing else', () => {
    expect(words({ onCancel: 'stop' })).toContain('have not begun stop')
    expect(words({ onCancel: 'continue' })).toContain('go on')
    expect(words({ products: ['prod_1'] })).toContain('These products earn, and no others: prod_1')
    expect(words({ offStripe: 'ignore' })).toContain('outside Stripe earn nothing')
    expect(words({ existingCustomers: 'ignore' })).toContain('stays nobody’s')
  })

  it('follow the rules’ settings: what is off is not forbidden, what is noticed is not held', () => {
    const own = 'a customer of your own company'
    expect(words({})).toContain(`held until a person has looked at them: ${own}`)
    expect(words({ anomalies: { same_domain: { action: 'off', threshold: null } } })).not.toContain(own)
    expect(words({ anomalies: { same_domain: { action: 'void', threshold: null } } })).toContain(
      `earn nothing: a customer with your own e-mail address; yourself as a customer; a card that you have paid with yourself; ${own}`,
    )
    const off = { action: 'off', threshold: null }
    const all =
      'same_email own_customer own_card same_domain same_payer shared_card disposable_email early_fraud_warning'
    expect(words({ anomalies: Object.fromEntries(all.split(' ').map((rule) => [rule, off])) })).toContain(
      'No payment is kept back',
    )
  })
})
