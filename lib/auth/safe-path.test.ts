import { describe, expect, it } from 'vitest'
import { safePath } from './safe-path'

describe('a path to go on to after signing in', () => {
  it.each([
    ['/portal', '/portal'],
    ['/admin/commissions?status=held&page=2#top', '/admin/commissions?status=held&page=2#top'],
    ['/portal/../admin', '/admin'],
    ['/portal?next=//evil.example', '/portal?next=//evil.example'],
    ['/r/caf%C3%A9', '/r/caf%C3%A9'],
  ])('keeps %s as %s', (text, path) => {
    expect(safePath(text)).toBe(path)
  })

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/portal\\..\\\\evil.example',
    '/.//evil.example',
    '/portal/..//evil.example',
    '/%2Fevil.example',
    '/%5Cevil.example',
    '/%2e%2e//evil.example',
    '/%09/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/portal\r\nSet-Cookie: a=b',
    '/%0d%0aSet-Cookie:a=b',
    '/%',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' //evil.example',
    'https://evil.example/portal',
    'http:/evil.example',
    'evil.example',
    'data:text/html,hello',
    '',
    `/${'a'.repeat(2000)}`,
    ['/portal'],
    undefined,
    null,
  ])('refuses %j', (text) => {
    expect(safePath(text, '/home')).toBe('/home')
  })
})
