import { describe, expect, it } from 'vitest'
import { codeInReference, linkReference } from '@/lib/codes/reference'
import { freeSlug, isAllowed, isMachine, readLandingUrl, slugFrom } from './rules'

describe('a landing page', () => {
  it.each([
    ['https://larkspur.example', 'https://larkspur.example/'],
    [' https://Larkspur.example/a/../pricing#top ', 'https://larkspur.example/pricing'],
    ['http://localhost:3000/shop', 'http://localhost:3000/shop'],
    ['/sandbox?plan=year', '/sandbox?plan=year'],
  ])('%s is kept as %s', (text, url) => {
    expect(readLandingUrl(text)).toBe(url)
  })

  it.each([
    'http://larkspur.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'https://user:secret@larkspur.example',
    'larkspur.example',
    '',
    `https://larkspur.example/${'x'.repeat(600)}`,
  ])('%s is none', (text) => {
    expect(readLandingUrl(text)).toBeNull()
  })

  it('allows itself, and with everything below also that, never its neighbours', () => {
    const pages = [
      { url: 'https://larkspur.example/blog', withBelow: true },
      { url: 'https://larkspur.example/pricing', withBelow: false },
      { url: '/sandbox', withBelow: false },
    ]
    for (const url of [
      'https://larkspur.example/blog',
      'https://larkspur.example/blog/a?b=c',
      'https://larkspur.example/pricing',
      '/sandbox',
    ])
      expect(isAllowed(url, pages), url).toBe(true)
    for (const url of [
      'https://larkspur.example/blogs',
      'https://larkspur.example/blog/../admin',
      'https://larkspur.example/pricing/x',
      'https://larkspur.example/pricing?to=x',
      'https://larkspur.example.evil.example/blog',
      'https://evil.example/blog',
      'http://larkspur.example/blog',
      'https://larkspur.example:8443/blog',
      '/sandbox/x',
      'not an address \u0000',
    ])
      expect(isAllowed(url, pages), url).toBe(false)
  })
})

describe('the name of a link', () => {
  it('comes from its label, without marks, and is never taken twice', () => {
    expect(slugFrom('Spring newsletter!')).toBe('spring-newsletter')
    expect(slugFrom('Łukasz & Zoë')).toBe('lukasz-zoe')
    expect(slugFrom('🎉')).toBe('link')
    expect(freeSlug('Blog', new Set(['blog', 'blog-2']))).toBe('blog-3')
  })

  it('stands behind the code in the reference, and the code is found again', () => {
    expect(linkReference('AHMET5', null)).toBe('AHMET5')
    expect(linkReference('AHMET7-5', 'spring-newsletter')).toBe('AHMET7-5_spring-newsletter')
    expect(codeInReference('AHMET7-5_spring-newsletter')).toBe('AHMET7-5')
    expect(codeInReference('AHMET5')).toBe('AHMET5')
    expect(codeInReference('order_0_of_7')).toBe('order_0_of_7')
  })
})

describe('a visit', () => {
  it('is a person’s, not a machine’s and not one fetched in advance', () => {
    const browser = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1'
    expect(isMachine({ userAgent: browser, purpose: '' })).toBe(false)
    expect(isMachine({ userAgent: browser, purpose: 'prefetch;prerender' })).toBe(true)
    for (const userAgent of ['', 'Googlebot/2.1', 'curl/8.1', 'WhatsApp/2.23', 'Slackbot-LinkExpanding 1.0'])
      expect(isMachine({ userAgent, purpose: '' }), userAgent).toBe(true)
  })
})
