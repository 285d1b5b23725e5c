import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { runMain, say } from '@/lib/cli/process/terminal'
import { setEnvironment } from '@/lib/env'
import { log } from '@/lib/log'
import { ensurePostgres } from '@/lib/postgres'
import { ownFolder } from '@/tests/support/own-folder'
import type { Measure } from './bench'
import { asLine, isMet, type Figure } from './figure'
import { measureCalls } from './calls'
import { measureGrown } from './grown'
import { measureImports } from './imports'
import { measureLists } from './lists'
import { measureMigrating } from './migrating'
import { measureMirror } from './mirror'
import { measurePayouts } from './payouts'
import { measureReads } from './reads'
import { measureSettling } from './settling'
import { measureSize } from './size'
import { measureStar } from './star'
import { measureSweep } from './sweep'
import { measureWebhook } from './webhook'

const measures: Record<string, Measure> = {
  webhook: measureWebhook,
  settling: measureSettling,
  star: measureStar,
  grown: measureGrown,
  mirror: measureMirror,
  reads: measureReads,
  lists: measureLists,
  calls: measureCalls,
  payouts: measurePayouts,
  size: measureSize,
  sweep: measureSweep,
  migrating: measureMigrating,
  imports: measureImports,
}

/**
 * `npm run bench [-- [--quick] [--json] [--objects N] [NAME…]]`: what the pipeline costs, as ratios of two things measured in turn on the same
 * PostgreSQL with fsync on. Absolute figures belong to the machine, the ratios to the code.
 */
async function main(): Promise<number> {
  const { values, positionals: names } = parseArgs({
    options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, objects: { type: 'string' } },
    allowPositionals: true,
  })
  const { quick = false, json = false } = values
  const objects = values.objects === undefined ? undefined : Number(values.objects)
  if (objects !== undefined && !(Number.isSafeInteger(objects) && objects >= 1_000)) {
    say('--objects is a whole number from 1,000 on.')
    return 2
  }
  const unknown = names.find((name) => !Object.hasOwn(measures, name))
  if (unknown !== undefined) {
    say(`There is no measurement "${unknown}": ${Object.keys(measures).join(', ')}.`)
    return 2
  }
  const folder = ownFolder('bench')
  setEnvironment({ LOG_LEVEL: 'error' })
  log.level = 'error'
  const server = await ensurePostgres({ dataDir: folder.path, log: () => {}, fsync: true })
  const figures: Figure[] = []
  try {
    say(
      `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${quick ? 'quick' : 'whole'}`,
    )
    for (const [name, measure] of Object.entries(measures)) {
      if (names.length > 0 && !names.includes(name)) continue
      const begun = Date.now()
      const found = await measure({ server, quick, objects, rounds: quick ? 3 : 5 })
      figures.push(...found)
      say(`${name} (${Math.round((Date.now() - begun) / 1000)} s)`)
      for (const figure of found) say(`  ${asLine(figure)}`)
    }
  } finally {
    await server.stop()
    folder.remove()
  }
  const table = figures.map((figure) =>
    json ? JSON.stringify({ ...figure, met: isMet(figure) }) : asLine(figure),
  )
  process.stdout.write(`${table.join('\n')}\n`)
  return 0
}

await runMain(main)
