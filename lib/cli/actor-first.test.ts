import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/actor'
import { inProject } from '@/lib/cli/process/project'
import { TributaryError } from '@/lib/errors'

/** Somebody who signed in and is nothing in particular, and somebody in the console who may look only. */
const stranger: Actor = {
  kind: 'person',
  userId: 'nobody',
  email: 'nobody@example.com',
  administrator: null,
  affiliateId: 'aff_of_their_own',
}
const viewer: Actor = { ...stranger, affiliateId: null, administrator: { id: 'adm_viewer', role: 'viewer' } }

/** Somebody who sees a portal, whichever it is that they ask about. */
const watcher: () => Actor = () => ({
  kind: 'watcher',
  administratorId: 'adm_watcher',
  email: 'watcher@example.com',
  affiliateId: anything as string, // equal to whatever else is read off it
  until: new Date(),
})

const verbs = readdirSync(inProject('lib'), { recursive: true, encoding: 'utf8' })
  .map((path) => `lib/${path.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file.split('/').length > 2)
  .flatMap((file) => {
    const found = readFileSync(inProject(file), 'utf8').matchAll(
      /^export (?:async )?function\*? (\w+)(?:<[^>]*>)?\(\s*actor: Actor\b/gm,
    )
    return [...found].map(([, name = '']) => [file, name] as const)
  })

const asked = new Error('It did something before it looked who is acting.')

/** Stands for every further argument: anything may be read off it, and nothing can be done with it. */
const anything: unknown = new Proxy(() => {}, {
  get: (_, name) => {
    if (name === 'then') return undefined
    if (name === Symbol.toPrimitive) return () => 'x'
    if (name === Symbol.iterator) return [anything][Symbol.iterator].bind([anything])
    return anything
  },
  apply: () => {
    throw asked
  },
})

async function answerTo(actor: Actor, file: string, name: string): Promise<string> {
  const exported = (await import(inProject(file))) as Record<string, (...all: unknown[]) => unknown> // its text says so
  try {
    const result = await exported[name]?.(actor, anything, anything, anything, anything)
    if (result && typeof result === 'object' && Symbol.asyncIterator in result)
      await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next() // asked one line above
    return 'done'
  } catch (error) {
    return error instanceof TributaryError ? error.code : String(error)
  }
}

/** Whose row it is has to be read first: they tell a stranger that there is none. */
const ofTheirRow = ['getPayout', 'getStatement', 'statementCsv', 'statementPdf']
/** The same to every affiliate. */
const ofEveryAffiliate = ['listMaterials', 'listLandingPages']

/** What viewers may: contract.md lets them see everything and export. */
const looks =
  /^(list|get|find|count|preview|export|render|stream)[A-Z]|^(verifyBooks|journalCsv|statementCsv|statementPdf)$/
/** Files that are money's way out, which are for those who pay. */
const paysOut = ['getBatchFile']

describe('the first thing that is done is to look who is acting', () => {
  const refusal = /^(forbidden|not_found)$/
  const forNobody = verbs.filter(([, name]) => ![...ofTheirRow, ...ofEveryAffiliate].includes(name))

  it.each(forNobody)('%s: %s refuses a stranger', async (file, name) => {
    expect(await answerTo(stranger, file, name)).toMatch(refusal)
  })

  it.each(verbs.filter(([, name]) => !looks.test(name) || paysOut.includes(name)))(
    '%s: %s refuses who may only look',
    async (file, name) => {
      expect(await answerTo(viewer, file, name)).toMatch(refusal)
    },
  )

  it.each(verbs.filter(([, name]) => !looks.test(name)))(
    '%s: %s refuses who sees a portal as its affiliate does',
    async (file, name) => {
      expect(await answerTo(watcher(), file, name)).toMatch(refusal)
    },
  )
})
