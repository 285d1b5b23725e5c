import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      optional: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      cpu: z.array(z.string()).optional(),
    }),
  ),
})
const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
})

const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')))
const manifest = manifestSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')))
const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }

const atLeast = (version: string, minimum: string): boolean => {
  const [have, want] = [version, minimum].map((text) => text.split('.').map(Number))
  for (let part = 0; part < 3; part++) {
    const difference = (have?.[part] ?? 0) - (want?.[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

describe('the packages', () => {
  it.each([
    ['next', '16.4.6', 'earlier ones lack security fixes'],
    ['drizzle-orm', '0.45.2', 'earlier ones let SQL be injected through identifiers'],
  ])('hold %s at %s or newer: %s', (name, minimum) => {
    expect(atLeast(direct[name] ?? '0', minimum)).toBe(true)
    expect(atLeast(packages[`node_modules/${name}`]?.version ?? '0', minimum)).toBe(true)
  })

  it('are each pinned to one version', () => {
    const loose = Object.entries(direct).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect(loose).toEqual([])
  })

  it('come from the npm registry alone', () => {
    const strange = Object.values(packages).filter(
      ({ link, resolved }) =>
        link === true || (resolved && !resolved.startsWith('https://registry.npmjs.org/')),
    )
    expect(strange).toEqual([])
  })

  it('each have a checksum, but for machine code of systems on which the lockfile was not made', () => {
    const unproven = Object.entries(packages).filter(
      ([path, { integrity, optional, cpu }]) => path !== '' && !integrity && !(optional && cpu),
    )
    expect(unproven.map(([path]) => path)).toEqual([])
  })

  it('are locked for every kind of machine, without which npm ci refuses the lockfile', () => {
    const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    )
    expect(wanted.filter((name) => !locked.has(name))).toEqual([])
  })

  it('are compared by number, not by letter', () => {
    expect(atLeast('0.45.10', '0.45.2')).toBe(true)
    expect(atLeast('0.45.1', '0.45.2')).toBe(false)
    expect(atLeast('16.4.6', '16.4.6')).toBe(true)
  })
})
