import { describe, expect, it } from 'vitest'
import { accentColours, contrast } from '@/lib/programme/accent'
import { html } from './html'
import { newTermsMail } from './news-letters'
import { signInMail } from './sign-in-mail'
import { welcomeMail } from './welcome-mail'

const plain = { name: 'Acme', accent: null, logo: null }

const welcome = welcomeMail({
  from: { name: 'Coffee & Co', accent: null, logo: null },
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
      from: { ...plain, name: 'Evil\r\nBcc: all@example.com' },
      link: 'http://localhost/x',
      hours: 24,
    })
    expect(mail.subject).toBe('Your link to sign in to Evil Bcc: all@example.com')
  })

  it('carries the link in both forms', () => {
    const mail = signInMail({ from: plain, link: 'http://localhost/x?token=a&email=b', hours: 24 })
    expect(mail.text).toContain('\nhttp://localhost/x?token=a&email=b\n')
    expect(mail.html).toContain('href="http://localhost/x?token=a&amp;email=b"')
    expect(mail.text).toContain('24 hours')
  })
})

describe('a letter about new terms', () => {
  const to = { from: plain, displayName: 'Ahmet' }
  const changes = [{ label: 'Rate', before: '20 %', after: null }]

  it('says of terms that are in force already since when they are', () => {
    const { subject, text, html: marked } = newTermsMail(to, '1 Jan 2027', false, changes)
    expect(subject).toBe('Your terms have changed on 1 Jan 2027')
    expect(text).toContain('Ahmet, since 1 Jan 2027 other terms hold')
    expect(text).toContain('- Rate: nothing, before 20 %\n')
    expect(marked).toContain('Rate: <b>nothing, before 20 %</b>')
  })
})

describe('a letter’s looks', () => {
  const mailOf = (accent: string | null, logo: string | null = null) =>
    signInMail({ from: { name: 'Acme', accent, logo }, link: 'http://localhost/x', hours: 24 })

  it('are the programme’s: its colour where it can be read, light and dark, and its logo by an absolute address', () => {
    const { html: made, text } = mailOf('#ffd400', 'https://acme.example/logo/3')
    const [dark, light] = (['dark', 'light'] as const).map((scheme) => accentColours('#ffd400', scheme))
    expect(made).toContain(`background:${light?.accent};color:${light?.on};`)
    expect(made).toContain(`.button{background:${dark?.accent}!important;color:${dark?.on}!important}`)
    expect(made).toContain('src="https://acme.example/logo/3"')
    expect(text).toBe(mailOf(null).text)
  })

  it.each([null, '#000000', '#ffffff', '#ffd400'])('can be read with %s, light and dark', (accent) => {
    const { html: made } = mailOf(accent)
    const pairs = [...made.matchAll(/background:(#\w{6})(?:!important)?;color:(#\w{6})/g)]
    expect(pairs.length).toBeGreaterThanOrEqual(4)
    for (const [, ground = '', ink = ''] of pairs) expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5)
    expect(made).not.toContain('<img')
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
