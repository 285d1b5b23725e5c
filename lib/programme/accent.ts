/** The colours of pages that follow from a programme's own, for one scheme. Each as `#rrggbb`. */
export interface AccentColours {
  accent: string
  strong: string
  soft: string
  line: string
  on: string
}

/** Tributary's own, where a programme has none. */
export const ownAccent = '#00636e'

type Rgb = readonly [number, number, number]

/** What the accent has to be read on, and what has to be read on it: 4.5:1 (WCAG 1.4.3). */
const least = 4.5
const grounds = {
  light: { surface: '#ffffff', paper: '#f7fafa', soft: 0.9, line: 0.72, strong: 0.16, ink: '#000000' },
  dark: { surface: '#101a1e', paper: '#0c1417', soft: 0.8, line: 0.55, strong: 0.25, ink: '#ffffff' },
} as const

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text)
}

/**
 * The colours of a scheme: the programme's own where it can be read there, else the nearest that can, darker on light pages and
 * lighter on dark ones.
 */
export function accentColours(colour: string, scheme: 'light' | 'dark'): AccentColours {
  const { surface, paper, soft, line, strong, ink } = grounds[scheme]
  for (let share = 0; share <= 1; share += 0.02) {
    const accent = mixed(colour, ink, share)
    const softened = mixed(accent, surface, soft)
    const readable = [surface, paper, softened].every((ground) => contrast(accent, ground) >= least)
    const on = contrast(accent, '#ffffff') >= contrast(accent, '#0b1215') ? '#ffffff' : '#0b1215'
    if (readable && contrast(accent, on) >= least)
      return {
        accent,
        strong: mixed(accent, ink, strong),
        soft: softened,
        line: mixed(accent, surface, line),
        on,
      }
  }
  throw new RangeError(`${colour} is no colour`)
}

/** The style sheet of a programme's colour, over the usual one. */
export function accentStyle(colour: string): string {
  const rule = (scheme: 'light' | 'dark') => {
    const { accent, strong, soft, line, on } = accentColours(colour, scheme)
    return `:root{--accent:${accent};--accent-strong:${strong};--accent-soft:${soft};--accent-line:${line};--on-accent:${on}}`
  }
  return `${rule('light')}@media (prefers-color-scheme:dark){${rule('dark')}}`
}

/** By WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number] // two went in
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = rgbOf(colour).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number] // as many as colours have
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function mixed(colour: string, into: string, share: number): string {
  const other = rgbOf(into)
  const parts = rgbOf(colour).map((part, index) => Math.round(part + ((other[index] ?? part) - part) * share))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function rgbOf(colour: string): Rgb {
  const part = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16)
  return [part(1), part(3), part(5)]
}
