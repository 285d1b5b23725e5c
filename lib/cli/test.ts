import { runBrowserTests } from '@/lib/cli/process/browser-tests'
import { ensureBuild } from '@/lib/cli/process/build'
import { takeBuildFolder } from '@/lib/cli/process/build-folder'
import { endLeftovers } from '@/lib/cli/process/child'
import { endQuietRuns } from '@/lib/cli/process/quiet-run'
import { createShutdown, endOnSignals } from '@/lib/cli/process/shutdown'
import type { Counts } from '@/lib/cli/process/static-checks'
import { runStaticChecks } from '@/lib/cli/process/static-checks'
import { CannotGoOn, runMain, say, step } from '@/lib/cli/process/terminal'
import { closingLine, tellStage } from '@/lib/cli/process/test-report'
import { runVitest } from '@/lib/cli/process/vitest-run'
import { endPostgres } from '@/lib/postgres'
import { figureMark } from '@/tests/support/figures'
import { abandonedFolders, ownFolder, removeFolder } from '@/tests/support/own-folder'

const stages = ['static', 'unit', 'integration', 'faults', 'e2e'] as const
type Stage = (typeof stages)[number]

const shutdown = createShutdown()

function wantedStages(): readonly Stage[] {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !stages.some((stage) => stage === name))
  if (unknown) throw new CannotGoOn(`There is no stage "${unknown}": ${stages.join(', ')}.`)
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage))
}

/** What test runs that were killed have left: their servers, then their folders. */
async function sweep(): Promise<void> {
  for (const folder of abandonedFolders()) {
    await endLeftovers(folder)
    await endPostgres(folder)
    removeFolder(folder)
  }
}

let built: Promise<string> | undefined

/** The built application, for every stage that wants it. */
const ensureTestBuild = (): Promise<string> => (built ??= build())

async function build(): Promise<string> {
  const { distDir, release } = takeBuildFolder()
  shutdown.add(async () => release())
  await step(
    'build',
    () => ensureBuild(distDir, (pid) => say(`  Waiting for process ${pid}, which is building`)),
    (is) => is,
  )
  return distDir
}

async function runFaults(folder: string): Promise<Counts & { words: string }> {
  const result = await runVitest('faults', folder, { NEXT_DIST_DIR: await ensureTestBuild() })
  for (const line of result.words.split('\n')) if (line.startsWith(figureMark)) say(`               ${line}`)
  return result
}

async function runStage(
  stage: Exclude<Stage, 'static'>,
  folder: string,
): Promise<Counts & { words: string }> {
  if (stage === 'faults') return runFaults(folder)
  if (stage === 'e2e') return runBrowserTests(folder, await ensureTestBuild(), shutdown)
  return runVitest(stage, folder)
}

async function runAndTell(stage: Stage, folder: string): Promise<Counts> {
  if (stage === 'static') return runStaticChecks(tellStage)
  const begun = Date.now()
  const result = await runStage(stage, folder).catch((error: unknown) => {
    const words =
      error instanceof Error ? (error instanceof CannotGoOn ? error.message : (error.stack ?? '')) : ''
    return { passed: 0, failed: 1, skipped: 0, words }
  })
  if (!shutdown.begun()) {
    tellStage({
      name: stage,
      passed: result.failed === 0,
      words: result.words,
      ms: Date.now() - begun,
      counts: result,
    })
  }
  return result
}

/** `npm test`, all of it or the stages that are named. */
await runMain(async () => {
  const wanted = wantedStages()
  endOnSignals(shutdown, () => 130)
  await sweep()
  shutdown.add(sweep)
  const folder = ownFolder('run')
  shutdown.add(async () => folder.remove())
  shutdown.add(endQuietRuns)
  const all: Counts[] = []
  for (const stage of wanted) {
    if (!shutdown.begun()) all.push(await runAndTell(stage, folder.path))
  }
  if (shutdown.begun()) return await new Promise<number>(() => {})
  await shutdown.run()
  process.stdout.write(`${closingLine(all)}\n`)
  return all.every(({ failed }) => failed === 0) ? 0 : 1
})
