export const shortestHandle = 2
export const longestHandle = 24

// Letters that Unicode does not take apart into a base letter and a mark.
const folded: Record<string, string> = {
  Æ: 'AE', æ: 'ae', Œ: 'OE', œ: 'oe', Ø: 'O', ø: 'o', Ł: 'L', ł: 'l', Đ: 'D', đ: 'd', Ð: 'D', ð: 'd',
  Þ: 'Th', þ: 'th', ẞ: 'SS', ß: 'ss', ı: 'i', Ħ: 'H', ħ: 'h', Ŧ: 'T', ŧ: 't', Ŋ: 'N', ŋ: 'n', ĸ: 'k',
} // prettier-ignore

/** Letters of the Latin alphabet without their marks: `Yılmaz` stays itself, `Zoë` is `Zoe`, `Łukasz` is `Lukasz`. */
export function fold(text: string): string {
  return [...text.normalize('NFKD').replace(/\p{M}/gu, '')].map((letter) => folded[letter] ?? letter).join('')
}

/** Handles that would look like the programme's own word, or like a code of everybody's. */
const reserved = new Set(
  (
    'admin administrator affiliate affiliates api app billing checkout code codes contact coupon coupons deal demo discount ' +
    'finance free help info legal login mail me null official owner partner partners payout payouts portal pricing promo ' +
    'root sale sandbox security staff stripe support system team terms tributary undefined welcome www you'
  ).split(' '),
)

export type HandleCheck =
  | { ok: true; handle: string }
  | { ok: false; message: string; suggestion: string | null }

/** Whether a text can be a handle: letters and digits after folding. Case is kept, and does not matter. */
export function checkHandle(text: string): HandleCheck {
  const handle = fold(text.trim())
  const suggestion = handleFrom(text)
  const refuse = (message: string): HandleCheck => ({ ok: false, message, suggestion })
  if (handle === '') return refuse('Choose a handle: the letters that your code will begin with.')
  if (!/^[A-Za-z0-9]+$/.test(handle)) {
    return refuse(
      /\s/.test(handle)
        ? 'A handle is one word of letters and digits, without spaces.'
        : 'A handle has letters from A to Z and digits only.',
    )
  }
  if (handle.length < shortestHandle) return refuse(`A handle has at least ${shortestHandle} characters.`)
  if (handle.length > longestHandle) {
    return refuse(`A handle has at most ${longestHandle} characters; this one has ${handle.length}.`)
  }
  if (!/[A-Za-z]/.test(handle)) return refuse('A handle has at least one letter.')
  if (reserved.has(handle.toLowerCase())) return refuse(`${handle} is kept for the programme itself.`)
  return { ok: true, handle }
}

/** A handle made from a name or from a text that was refused; null if nothing usable is left of it. */
export function handleFrom(text: string): string | null {
  const handle = fold(text)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, longestHandle)
  return handle.length >= shortestHandle && /[A-Za-z]/.test(handle) && !reserved.has(handle.toLowerCase())
    ? handle
    : null
}

/** Handles to offer for one that is taken, the likeliest first: from the name, then with a word, then with a number. */
export function alternativesTo(handle: string, displayName: string): string[] {
  const words = fold(displayName)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const [first = handle, last = ''] = [words[0], words.length > 1 ? words.at(-1) : undefined]
  const candidates = [
    `${first}${last.slice(0, 1)}`,
    `${first}${last}`,
    `${last}${first}`,
    `Go${handle}`,
    `${handle}HQ`,
    `${handle}Pro`,
    ...Array.from({ length: 8 }, (_, n) => `${handle}${n + 2}`),
  ]
  const seen = new Set([handle.toLowerCase()])
  return candidates.filter((candidate) => {
    const isNew = !seen.has(candidate.toLowerCase())
    seen.add(candidate.toLowerCase())
    return isNew && checkHandle(candidate).ok
  })
}
