/** Draws for a story that is the same at every telling. */
export interface Dice {
  /** From 0 up to, not including, `sides`. */
  below(sides: number): number
  /** True so many times out of a hundred. */
  chance(percent: number): boolean
  /** One of them; at least one is wanted. */
  pick<T>(things: readonly T[]): T
  /** One of them, each as likely as its weight says. */
  weigh<T extends { weight: number }>(things: readonly T[]): T
}

/** A seeded stream of draws (mulberry32): not for secrets. */
export function createDice(seed: number): Dice {
  let state = seed | 0
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (sides: number) => draw() % sides
  const at = <T>(things: readonly T[], index: number): T => {
    const thing = things[index]
    if (thing === undefined) throw new RangeError('There is nothing to draw from')
    return thing
  }
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (things) => at(things, below(things.length)),
    weigh(things) {
      let left = below(things.reduce((sum, { weight }) => sum + weight, 0))
      for (const thing of things) {
        left -= thing.weight
        if (left < 0) return thing
      }
      return at(things, things.length - 1)
    },
  }
}
