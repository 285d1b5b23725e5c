import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Counts } from '@/lib/cli/process/static-checks'
import type { SettingName } from '@/lib/env'
import { runQuietly, withoutSettings } from '@/lib/cli/process/quiet-run'

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
})

/** Runs one of vitest's projects. `folder` takes its report, `own` are settings of its own. */
export async function runVitest(
  project: 'unit' | 'integration' | 'faults',
  folder: string,
  own: Partial<Record<Exclude<SettingName, 'NODE_ENV'>, string>> = {},
): Promise<Counts & { words: string }> {
  const report = join(folder, `${project}.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', '--passWithNoTests']
  const env: NodeJS.ProcessEnv = { ...withoutSettings(), NODE_ENV: 'test', ...own }
  const { code, words } = await runQuietly(
    'node_modules/vitest/vitest.mjs',
    [...args, `--outputFile.json=${report}`],
    env,
  )
  try {
    const found = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
    // A file that cannot even be loaded has no tests of its own: it counts as one that failed.
    const broken = found.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    ).length
    const failed = found.numFailedTests + broken
    // An error outside every test (an unhandled rejection) leaves all tests green and the exit code not.
    const unseen = failed === 0 && code !== 0 ? 1 : 0
    const skipped = found.numPendingTests + found.numTodoTests
    return { passed: found.numPassedTests, failed: failed + unseen, skipped, words }
  } catch {
    return { passed: 0, failed: 1, skipped: 0, words }
  }
}
