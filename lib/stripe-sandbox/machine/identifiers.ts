import { createHash } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Ids and chances drawn from a seed and a counter, so that the same seed and the same requests make the same history. */
export class Identifiers {
  readonly #words: [number, number]

  constructor(
    readonly seed: string,
    public count = 0,
    readonly mark = '',
  ) {
    const digest = createHash('sha256').update(seed).digest()
    this.#words = [digest.readUInt32LE(0), digest.readUInt32LE(4)]
  }

  /** `prefix` and `length` letters and digits, the mark's among them. */
  next(prefix: string, length = 24): string {
    const draw = this.#generator(++this.count)
    let id = prefix + this.mark
    for (let i = this.mark.length; i < length; i++) id += alphabet[Math.floor(draw() * alphabet.length)]
    return id
  }

  #generator(count: number): () => number {
    return generator(this.#words[0], this.#words[1], count)
  }
}

/** A stream of numbers in [0, 1): sfc32, small, fast and good enough for ids and dice. */
export function generator(a: number, b: number, c: number): () => number {
  let [x, y, z, n] = [a | 0, b | 0, c | 0, 1]
  const draw = () => {
    const t = (((x + y) | 0) + n) | 0
    n = (n + 1) | 0
    x = y ^ (y >>> 9)
    y = (z + (z << 3)) | 0
    z = (z << 21) | (z >>> 11)
    z = (z + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) draw()
  return draw
}

/** Stripe's fingerprints are 16 letters and digits, the same for the same card number. */
export function fingerprintOf(text: string): string {
  const digest = createHash('sha256').update(`card ${text}`).digest()
  let print = ''
  for (let i = 0; i < 16; i++) print += alphabet[digest.readUInt8(i) % alphabet.length]
  return print
}
