import { describe, expect, it } from 'vitest'
import { html } from './html'
import { signInMail } from './sign-in-mail'
import { welcomeMail } from './welcome-mail'

const welcome = welcomeMail({
  programmeName: 'Coffee & Co',
  displayName: '<img src=x onerror=alert(1)>"\'',
  code: 'AHMET5',
  discount: '5 %',
  rate: '20 %',
  portalUrl: 'http://localhost:3000/portal?a=1&b=2',
})

describe('a letter', () => {
  it('escapes what people wrote, in text and in attributes', () => {
    expect(welcome.html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;')
    expect(welcome.html).not.toContain('<img')
    expect(welcome.html).toContain('href="http://localhost:3000/portal?a=1&amp;b=2"')
    expect(welcome.html).toContain('Coffee &amp; Co')
  })

  it('keeps plain text plain', () => {
    expect(welcome.text).toContain('<img src=x onerror=alert(1)>"\'')
    expect(welcome.text).toContain('    AHMET5')
    expect(welcome.text).toContain('http://localhost:3000/portal?a=1&b=2')
    expect(welcome.text).toContain('1. Tell your audience')
  })

  it('says in both forms what it says', () => {
    for (const form of [welcome.text, welcome.html]) {
      expect(form).toContain('5 %')
      expect(form).toContain('20 %')
      expect(form).toContain('there is no password')
    }
  })

  it('has a subject of one line', () => {
    const mail = signInMail({
      programmeName: 'Evil\r\nBcc: all@example.com',
      link: 'http://localhost/x',
      hours: 24,
    })
    expect(mail.subject).toBe('Your link to sign in to Evil Bcc: all@example.com')
  })

  it('carries the link in both forms', () => {
    const mail = signInMail({ programmeName: 'Acme', link: 'http://localhost/x?token=a&email=b', hours: 24 })
    expect(mail.text).toContain('\nhttp://localhost/x?token=a&email=b\n')
    expect(mail.html).toContain('href="http://localhost/x?token=a&amp;email=b"')
    expect(mail.text).toContain('24 hours')
  })
})

describe('markup', () => {
  it('is put in as it is only where it was made as markup', () => {
    const inner = html`<b>${'<i>'}</b>`
    expect(html`<p title="${'"'}">${inner}${[inner, inner]}${'&'}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>&amp;</p>',
    )
  })
})
