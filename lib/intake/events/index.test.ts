import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { connectEventTypes, handledEventTypes, handlers } from './index'

it('each event type that matters is handled by the file named after it', async () => {
  const here = new URL('.', import.meta.url)
  const types = readdirSync(here).flatMap((name) =>
    name.startsWith('index.') ? [] : name.replace(/\.ts$/, ''),
  )
  expect([...handledEventTypes].toSorted()).toEqual(types.toSorted())
  expect([...connectEventTypes].filter((type) => !handledEventTypes.has(type))).toEqual([])
  for (const type of types) {
    const file: { default: unknown } = await import(new URL(`${type}.ts`, here).href)
    expect(handlers.get(type)).toBe(file.default)
  }
})
