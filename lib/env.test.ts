import { describe, expect, it } from 'vitest'
import { booksModeOf, completeEnvironment, readSettings } from '@/lib/env'

const working = {
  DATABASE_URL: 'postgres://app:secret@localhost:5432/tributary',
  STRIPE_SECRET_KEY: 'sk_test_123',
  AUTH_SECRET: 'x'.repeat(32),
}

const messageOf = (source: Record<string, string>): string => {
  try {
    completeEnvironment(readSettings(source))
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : 'no error'
  }
}

describe('the environment', () => {
  it('takes three variables and has a default for everything else', () => {
    expect(completeEnvironment(readSettings(working))).toMatchObject({
      databaseUrl: working.DATABASE_URL,
      databaseMigrateUrl: working.DATABASE_URL,
      stripeWebhookSecrets: [],
      appUrl: 'http://localhost:3000',
      port: 3000,
      worker: true,
      booksMode: 'test',
    })
  })

  it.each([
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_MIGRATE_URL', 'localhost:5432'],
    ['DATABASE_REPLICA_URL', 'postgres'],
    ['STRIPE_SECRET_KEY', 'pk_test_1'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a,secret'],
    ['STRIPE_API_BASE', 'localhost:12111'],
    ['APP_URL', 'affiliates.example.com'],
    ['AUTH_SECRET', 'short'],
    ['SMTP_URL', 'mail.example.com:587'],
    ['MAIL_FROM', 'Tributary'],
    ['PORT', '70000'],
    ['PORT', '3000x'],
    ['LOG_LEVEL', 'loud'],
    ['WORKER', 'perhaps'],
    ['BOOKS_MODE', 'real'],
  ])('names %s in one line when it is "%s", and says what is wanted', (name, value) => {
    const message = messageOf({ ...working, [name]: value })
    expect(message).toMatch(new RegExp(`^${name} is not usable: .* (is|are) wanted[,.]`))
  })

  it.each(['DATABASE_URL', 'STRIPE_SECRET_KEY', 'AUTH_SECRET'])('says that %s is missing', (name) => {
    expect(messageOf({ ...working, [name]: '' })).toMatch(new RegExp(`^${name} is missing: .*wanted`))
  })

  it('wants a public address on live books, and a sender where mail is really sent', () => {
    expect(messageOf({ ...working, STRIPE_SECRET_KEY: 'sk_live_1' })).toMatch(/^APP_URL is missing/)
    expect(messageOf({ ...working, SMTP_URL: 'smtp://localhost' })).toMatch(/^MAIL_FROM is missing/)
  })

  it('never repeats a secret in its message', () => {
    expect(messageOf({ ...working, STRIPE_SECRET_KEY: 'hunter2' })).not.toContain('hunter2')
    expect(messageOf({ ...working, DATABASE_URL: 'mysql://u:hunter2@h/d' })).not.toContain('hunter2')
  })

  it('takes several webhook secrets while one is being rolled', () => {
    const { stripeWebhookSecrets } = completeEnvironment(
      readSettings({ ...working, STRIPE_WEBHOOK_SECRET: 'whsec_old, whsec_new' }),
    )
    expect(stripeWebhookSecrets).toEqual(['whsec_old', 'whsec_new'])
  })

  it('reads the kind of books off the key, and refuses to call live books a sandbox', () => {
    expect(booksModeOf(readSettings({}))).toBe('sandbox')
    expect(booksModeOf(readSettings({ STRIPE_SECRET_KEY: 'rk_live_1' }))).toBe('live')
    expect(booksModeOf(readSettings({ STRIPE_SECRET_KEY: 'sk_test_1', BOOKS_MODE: 'sandbox' }))).toBe(
      'sandbox',
    )
    expect(messageOf({ ...working, STRIPE_SECRET_KEY: 'sk_live_1', BOOKS_MODE: 'sandbox' })).toMatch(
      /^BOOKS_MODE is sandbox/,
    )
  })
})
