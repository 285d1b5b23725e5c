import { describe, expect, it } from 'vitest'
import { keptAnswer } from './kept-answer'

/** Work that answers how often it was done, by a clock of its own. */
function worker(dear: boolean) {
  let [now, times] = [0, 0]
  const owner = {}
  const work = async () => ({ answer: ++times, dear })
  const away = () => Promise.reject(new Error('away'))
  return {
    ask: (key = 'figures', from: object = owner) => keptAnswer(from, key, work, () => now),
    fail: () => keptAnswer(owner, 'figures', away, () => now),
    pass: (seconds: number) => void (now += seconds * 1000),
    times: () => times,
  }
}

describe('an answer that is dear to work out', () => {
  it('is given again for a minute', async () => {
    const { ask, pass, times } = worker(true)
    await ask()
    pass(60)
    expect(await ask()).toBe(1)
    expect(times()).toBe(1)
  })

  it('is given once more after that, while the next one is worked out', async () => {
    const { ask, pass } = worker(true)
    await ask()
    pass(61)
    expect(await ask()).toBe(1)
    expect(await ask()).toBe(2)
  })

  it('is worked out for whoever asks when it is older than five minutes', async () => {
    const { ask, pass } = worker(true)
    await ask()
    pass(301)
    expect(await ask()).toBe(2)
  })

  it('stands when the next one cannot be worked out, and is tried again', async () => {
    const { ask, pass, fail, times } = worker(true)
    await ask()
    pass(61)
    expect(await fail()).toBe(1)
    await expect.poll(async () => [await ask(), times()]).toEqual([2, 2])
  })

  it('is nobody else’s', async () => {
    const { ask } = worker(true)
    await ask()
    expect(await ask('others')).toBe(2)
    expect(await ask('figures', {})).toBe(3)
  })
})

it('an answer that is cheap is worked out each time', async () => {
  const { ask } = worker(false)
  await ask()
  expect(await ask()).toBe(2)
})
