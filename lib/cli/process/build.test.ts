import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sourceDigest } from '@/lib/cli/process/build'

describe('the digest of the sources', () => {
  let root: string
  let before: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tributary-sources-'))
    mkdirSync(join(root, 'app', 'portal'), { recursive: true })
    writeFileSync(join(root, 'app', 'portal', 'page.tsx'), 'one')
    writeFileSync(join(root, 'package-lock.json'), '{}')
    before = sourceDigest(root)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('stays while nothing changes', () => expect(sourceDigest(root)).toBe(before))

  it.each([
    ['a page changes', 'app/portal/page.tsx', 'two'],
    ['a file comes', 'lib/new.ts', 'one'],
    ['a package changes', 'package-lock.json', '{ }'],
    ['Next is configured otherwise', 'next.config.ts', 'one'],
  ])('changes when %s', (_, path, text) => {
    mkdirSync(join(root, 'lib'), { recursive: true })
    writeFileSync(join(root, path), text)
    expect(sourceDigest(root)).not.toBe(before)
  })

  it('changes when a file is moved or goes', () => {
    writeFileSync(join(root, 'app', 'page.tsx'), 'one')
    rmSync(join(root, 'app', 'portal', 'page.tsx'))
    const moved = sourceDigest(root)
    expect(moved).not.toBe(before)
    rmSync(join(root, 'app', 'page.tsx'))
    expect(sourceDigest(root)).not.toBe(moved)
  })

  it('does not mind tests', () => {
    writeFileSync(join(root, 'app', 'portal', 'page.test.tsx'), 'one')
    expect(sourceDigest(root)).toBe(before)
  })
})
