import { describe, expect, it } from 'vitest'
import { emailSigns, payerDigest } from './fingerprints'

const digest = (address: string) => emailSigns(address)?.digest

describe('an e-mail address', () => {
  it.each([
    ['Ahmet.Yilmaz+shop@GMAIL.com', 'ahmetyilmaz@gmail.com'],
    ['a.h.m.e.t@googlemail.com', 'ahmet@gmail.com'],
    ['ahmet+one@outlook.com', 'ahmet@outlook.com'],
    [' Ahmet@Lumen-Works.io ', 'ahmet@lumen-works.io'],
  ])('%s is the mailbox %s', (one, other) => {
    expect(digest(one)).toBe(digest(other))
  })

  it.each([
    ['ah.met@lumen-works.io', 'ahmet@lumen-works.io'],
    ['ahmet+x@lumen-works.io', 'ahmet@lumen-works.io'],
    ['ah.met@outlook.com', 'ahmet@outlook.com'],
    ['ahmet@gmail.com', 'ahmet@outlook.com'],
  ])('%s is another mailbox than %s', (one, other) => {
    expect(digest(one)).not.toBe(digest(other))
  })

  it.each([
    ['a@gmail.com', 'free'],
    ['a@mailinator.com', 'disposable'],
    ['a@example.com', 'shared'],
    ['a@users.noreply.github.com', 'shared'],
    ['a@larkspur.example', 'shared'],
    ['a@lumen-works.io', 'company'],
  ])('%s is of a %s domain', (address, domainClass) => {
    expect(emailSigns(address)).toMatchObject({ domainClass })
  })

  it('leaves nothing of itself in what is kept', () => {
    expect(JSON.stringify(emailSigns('ahmet@lumen-works.io'))).not.toMatch(/ahmet|lumen/)
  })

  it.each([null, undefined, '', 'ahmet', 'a@b@c'])('that is none (%s) has no signs', (text) => {
    expect(emailSigns(text)).toBeNull()
  })
})

describe('a billing name with its postal code', () => {
  it('is the same however it is written', () => {
    expect(payerDigest('Ahmet YILMAZ', '34 710')).toBe(payerDigest('ahmet yılmaz', '34710'))
    expect(payerDigest('Ahmet Yılmaz', '34710')).not.toBe(payerDigest('Ahmet Yılmaz', '34711'))
  })

  it('says nothing where one of the two is missing', () => {
    expect(payerDigest('Ahmet', null)).toBeNull()
    expect(payerDigest(' ', '34710')).toBeNull()
  })
})
