import { describe, expect, it } from 'vitest'
import { alternativesTo, checkHandle, fold, handleFrom } from './rules'

const handleOf = (text: string) => {
  const check = checkHandle(text)
  return check.ok ? check.handle : check.message
}

describe('a handle', () => {
  it.each([
    ['Ahmet', 'Ahmet'],
    ['Yılmaz', 'Yilmaz'],
    ['İpek', 'Ipek'],
    ['Zoë', 'Zoe'],
    ['Łukasz', 'Lukasz'],
    ['Þór', 'Thor'],
    ['Strauß', 'Strauss'],
    ['Søren', 'Soren'],
    ['ﬁnn', 'finn'],
    ['ＡＨＭＥＴ', 'AHMET'],
    ['  Ada  ', 'Ada'],
    ['ada2', 'ada2'],
  ])('%s is %s', (text, handle) => {
    expect(checkHandle(text)).toEqual({ ok: true, handle })
  })

  it.each([
    ['', 'Choose a handle'],
    ['   ', 'Choose a handle'],
    ['Ahmet Yılmaz', 'without spaces'],
    ['ahmet🎉', 'letters from A to Z and digits only'],
    ['ah-met', 'letters from A to Z and digits only'],
    ["o'neill", 'letters from A to Z and digits only'],
    ['Ахмет', 'letters from A to Z and digits only'],
    ['阿', 'letters from A to Z and digits only'],
    ['a', 'at least 2'],
    ['a'.repeat(200), 'at most 24 characters; this one has 200'],
    ['12345', 'at least one letter'],
    ['Stripe', 'kept for the programme'],
    ['SALE', 'kept for the programme'],
  ])('%s is refused in words', (text, words) => {
    expect(handleOf(text)).toContain(words)
  })

  it('that is refused comes with what could be made of it', () => {
    expect(checkHandle('Ahmet Yılmaz')).toMatchObject({ ok: false, suggestion: 'AhmetYilmaz' })
    expect(checkHandle('🎉')).toMatchObject({ ok: false, suggestion: null })
    expect(handleFrom('Dr. Zoë van der Berg-Łukaszewska')).toBe('DrZoevanderBergLukaszews')
  })

  it('that is taken has alternatives, none of them itself and all of them usable', () => {
    const offered = alternativesTo('Ahmet', 'Ahmet Yılmaz')
    expect(offered.slice(0, 3)).toEqual(['AhmetY', 'AhmetYilmaz', 'YilmazAhmet'])
    expect(offered.map((handle) => handle.toLowerCase())).not.toContain('ahmet')
    expect(offered.every((handle) => checkHandle(handle).ok)).toBe(true)
    expect(alternativesTo('Zoe', '🎉').length).toBeGreaterThan(3)
    expect(alternativesTo('a'.repeat(24), 'x')).toEqual([])
  })

  it('folds nothing but letters with marks', () => {
    expect(fold('Çağrı Ünsal')).toBe('Cagri Unsal')
  })
})
