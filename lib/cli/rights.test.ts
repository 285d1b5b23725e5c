import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inProject } from '@/lib/cli/process/project'
import { actions, pages, routes } from '@/tests/support/rights'

const filesUnder = (folder: string): string[] =>
  readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
const text = (file: string): string => readFileSync(inProject(file), 'utf8')

const methods = /^export (?:async function|function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gm
const exported = /^export (?:async function|function|const) (\w+)/gm

/** Nothing on the site is reachable without a line that says by whom. */
describe('the table of rights', () => {
  it('has every page and no other', () => {
    const there = filesUnder('app').filter((file) => file.endsWith('/page.tsx'))
    expect(Object.keys(pages).toSorted()).toEqual(there.toSorted())
  })

  it('has every method of every route and no other', () => {
    const there = filesUnder('app')
      .filter((file) => /\/route\.tsx?$/.test(file))
      .flatMap((file) => [...text(file).matchAll(methods)].map(([, method]) => `${method} ${file}`))
    expect(Object.keys(routes).toSorted()).toEqual(there.toSorted())
  })

  it('has every Server Action and no other', () => {
    const there = ['app', 'components', 'lib']
      .flatMap(filesUnder)
      .filter((file) => /^'use server'/m.test(text(file)))
      .flatMap((file) => [...text(file).matchAll(exported)].map(([, name]) => `${file} ${name}`))
    expect(Object.keys(actions).toSorted()).toEqual(there.toSorted())
  })

  it('overlooks no Server Action within another function', () => {
    const hidden = ['app', 'components', 'lib']
      .flatMap(filesUnder)
      .filter((file) => /^\s+['"]use server['"]/m.test(text(file)))
    expect(hidden).toEqual([])
  })
})
