import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accentColours, contrast } from './accent'
import { pngOf } from '@/tests/support/png'
import { readPicture } from './picture'

const colours = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('a programme’s colour', () => {
  it('can be read on every page of both schemes, and be read upon, whatever it is', () => {
    fc.assert(
      fc.property(colours, fc.constantFrom('light' as const, 'dark' as const), (colour, scheme) => {
        const { accent, soft, on, strong } = accentColours(colour, scheme)
        const grounds = scheme === 'light' ? ['#ffffff', '#f7fafa', soft] : ['#101a1e', '#0c1417', soft]
        for (const ground of grounds) expect(contrast(accent, ground)).toBeGreaterThanOrEqual(4.5)
        for (const ground of [accent, strong]) expect(contrast(on, ground)).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  it('stays as it is where it can be read', () => {
    expect(accentColours('#0b5c70', 'light').accent).toBe('#0b5c70')
    expect(accentColours('#ffd400', 'light').accent).not.toBe('#ffd400')
    expect(accentColours('#ffd400', 'dark').accent).toBe('#ffd400')
  })

  it('stands to its ground as black does to white', () => {
    expect(contrast('#000000', '#ffffff')).toBe(21)
    expect(contrast('#ffffff', '#ffffff')).toBe(1)
  })
})

describe('a picture', () => {
  it('is what its bytes say, whatever its name', () => {
    expect(readPicture(pngOf(40, 20))).toEqual({
      mediaType: 'image/png',
      width: 40,
      height: 20,
    })
    const table = Buffer.from([0xff, 0xe0, 0, 4, 1, 2])
    const frame = Buffer.from([0xff, 0xc2, 0, 11, 8, 0, 30, 0, 60, 1, 1, 0x11, 0])
    expect(readPicture(Buffer.concat([Buffer.from([0xff, 0xd8]), table, frame]))).toEqual({
      mediaType: 'image/jpeg',
      width: 60,
      height: 30,
    })
  })

  it('is none where it is something else, or breaks off', () => {
    for (const bytes of ['<svg onload="alert(1)"/>', 'GIF89a', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff'])
      expect(readPicture(Buffer.from(bytes, 'latin1'))).toBeNull()
    const whole = pngOf(40, 20)
    for (let length = 0; length < whole.length; length++)
      expect(readPicture(whole.subarray(0, length))).toBeNull()
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, whole.indexOf('IDAT') + 4, whole.indexOf('IDAT') + 10)
    expect(readPicture(damaged)).toBeNull()
  })
})
