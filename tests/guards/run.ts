import { spawn } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { inProject, projectRoot } from '@/lib/cli/process/project'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { createShutdown, endOnSignals } from '@/lib/cli/process/shutdown'
import { runMain, say, seconds } from '@/lib/cli/process/terminal'
import { code, decisions, leases, waits } from '@/tests/guards/in-code'
import { schema } from '@/tests/guards/in-database'
import { answers, payoutGuards, payoutLocks } from '@/tests/guards/in-payouts'
import type { Edit, Guard } from '@/tests/guards/removal'
import { ownFolder } from '@/tests/support/own-folder'

const reportSchema = z.object({
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
})

const removals = [
  ...schema,
  ...code,
  ...leases,
  ...waits,
  ...decisions,
  ...payoutGuards,
  ...payoutLocks,
  ...answers,
]
const shutdown = createShutdown()

/** The sources in a folder of their own, with the project's packages. */
function copySources(to: string): void {
  const left = /^(node_modules|\.git|\.next.*|\.data|test-results|playwright-report|coverage)$/
  cpSync(projectRoot, to, {
    recursive: true,
    filter: (path) => !left.test(relative(projectRoot, path).split(sep)[0] ?? ''),
  })
  symlinkSync(inProject('node_modules'), join(to, 'node_modules'), 'junction')
}

/** Takes something away in the copy. @returns how to put it back */
function apply(root: string, edits: readonly Edit[]): () => void {
  const before = new Map<string, string>()
  for (const { file, from, to } of edits) {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    if (!before.has(path)) before.set(path, text)
    if (from !== undefined && text.split(from).length !== 2) {
      throw new Error(`${file} has this not once: ${from}`)
    }
    // A function: a replacement’s text may have $ in it.
    writeFileSync(path, from === undefined ? `${text}\n${to}\n` : text.replace(from, () => to))
  }
  return () => {
    for (const [path, text] of before) writeFileSync(path, text)
  }
}

/** Runs just these tests in the copy. @returns each one’s status by its name */
async function runTests(root: string, guards: readonly Guard[]): Promise<Map<string, string>> {
  const report = join(root, 'guards.json')
  writeFileSync(report, '{"testResults":[]}')
  const names = guards.map(({ test }) => test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const files = [...new Set(guards.map(({ file }) => file))]
  const leave = pathToFileURL(inProject('lib/cli/process/leave-with-parent.mjs')).href
  const child = spawn(
    process.execPath,
    [
      ...['--import', `${leave}?parent=${process.pid}`, 'node_modules/vitest/vitest.mjs', 'run'],
      ...['--project', 'integration', ...files, '-t', `^(${names.join('|')})$`],
      ...['--reporter=json', `--outputFile=${report}`],
    ],
    { cwd: root, env: { ...withoutSettings(), NODE_ENV: 'test' }, stdio: 'ignore' },
  )
  const gone = new Promise<void>((resolve, reject) =>
    child.once('error', reject).once('exit', () => resolve()),
  )
  const stop = async () => {
    child.kill()
    await gone
  }
  shutdown.add(stop)
  await gone
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  return new Map(results.map(({ fullName, status }) => [fullName, status]))
}

async function withEverything(root: string): Promise<number> {
  const all = removals.flatMap(({ guards }) => guards)
  const statuses = await runTests(root, all)
  const broken = all.filter(({ test }) => statuses.get(test) !== 'passed')
  for (const { test } of broken)
    say(`does not pass as it is: ${test} (${statuses.get(test) ?? 'there is none'})`)
  return broken.length
}

/** Takes each guard away in turn. @returns how many no test misses */
async function withoutEach(root: string): Promise<number> {
  let needless = 0
  for (const { edits, guards } of removals) {
    const putBack = apply(root, edits)
    const statuses = await runTests(root, guards)
    putBack()
    for (const { name, test } of guards) {
      const fails = statuses.get(test) === 'failed'
      if (!fails) needless += 1
      process.stdout.write(
        fails
          ? `guard ${name}: needed (without it fails: ${test})\n`
          : `guard ${name}: NOT HELD (without it ${statuses.get(test) ?? 'does not run'}: ${test})\n`,
      )
    }
    if (shutdown.begun()) break
  }
  return needless
}

/** `npm run test:guards`: for everything that protects money, a test fails when it is taken away from a copy of the sources. */
await runMain(async () => {
  const begun = Date.now()
  const folder = ownFolder('guards')
  const root = join(folder.path, 'copy')
  shutdown.add(async () => folder.remove())
  endOnSignals(shutdown, () => 130)
  copySources(root)
  const failed = (await withEverything(root)) || (await withoutEach(root))
  if (shutdown.begun()) return await new Promise<number>(() => {})
  const count = removals.flatMap(({ guards }) => guards).length
  await shutdown.run()
  process.stdout.write(
    failed === 0
      ? `${count} guards, each needed (${seconds(begun)})\n`
      : `${failed} of ${count} guards are held by no test (${seconds(begun)})\n`,
  )
  return failed === 0 ? 0 : 1
})
