import { describe, expect, it } from 'vitest'
import { normaliseEmail } from './email-address'

describe('an e-mail address', () => {
  it.each([
    [' Ahmet@Example.COM ', 'ahmet@example.com'],
    ['ahmet＠example.com', 'ahmet@example.com'],
    ['a.b+tag@mail.example.co.uk', 'a.b+tag@mail.example.co.uk'],
  ])('%j is compared as %s', (text, email) => {
    expect(normaliseEmail(text)).toBe(email)
  })

  it.each([
    '',
    'ahmet',
    'ahmet@',
    '@example.com',
    'a@b@example.com',
    'ahmet@evil.example,example.com',
    '"ahmet@evil.example"@example.com',
    'ahmet@example.com\r\nBcc: all@example.com',
    `${'a'.repeat(250)}@example.com`,
  ])('%j is none', (text) => {
    expect(normaliseEmail(text)).toBeNull()
  })
})
