import { beforeAll, describe, expect, it } from 'vitest'
import { setEnvironment } from '@/lib/env'
import { requireSameOrigin } from './same-origin'

beforeAll(() =>
  setEnvironment({
    DATABASE_URL: 'postgres://app@localhost/books',
    STRIPE_SECRET_KEY: 'sk_test_tests',
    AUTH_SECRET: 'a secret of the tests, long enough to be taken',
    APP_URL: 'https://partners.example.com/',
  }),
)

const ours = 'https://partners.example.com'

describe('a request that changes something', () => {
  it.each<Record<string, string>>([
    { origin: ours, 'sec-fetch-site': 'same-origin' },
    { origin: ours },
    { 'sec-fetch-site': 'same-origin' },
  ])('is taken from a page of ours: %j', (headers) => {
    expect(() => requireSameOrigin(new Headers(headers))).not.toThrow()
  })

  it.each<Record<string, string>>([
    {},
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: ours, 'sec-fetch-site': 'cross-site' },
    { origin: ours, 'sec-fetch-site': 'same-site' },
    { origin: 'https://other.example.com', 'sec-fetch-site': 'same-origin' },
    { origin: 'http://partners.example.com' },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { host: 'partners.example.com', referer: `${ours}/portal` },
  ])('is refused: %j', (headers) => {
    expect(() => requireSameOrigin(new Headers(headers))).toThrow(
      expect.objectContaining({ code: 'forbidden', message: expect.stringContaining(ours) }),
    )
  })
})
