import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { inProject } from '@/lib/cli/process/project'
import { runQuietly } from '@/lib/cli/process/quiet-run'

export type Counts = { passed: number; failed: number; skipped: number }

const nextTypes = [
  '/// <reference types="next" />',
  '/// <reference types="next/image-types/global" />',
  '',
].join('\n')

/**
 * Next writes next-env.d.ts at every build, with an import from the folder it built into. Without a build it is missing, and
 * with it style sheets have no type; after the folder is gone its import points nowhere.
 */
function ensureNextTypes(): void {
  const path = inProject('next-env.d.ts')
  const folder = existsSync(path) ? /"\.\/(.*\.d\.ts)"/.exec(readFileSync(path, 'utf8'))?.[1] : ''
  if (folder === undefined || (folder !== '' && existsSync(inProject(folder)))) return
  writeFileSync(path, nextTypes)
}

const cache = 'node_modules/.cache/tributary'

const checks = [
  {
    name: 'types',
    file: 'node_modules/typescript/bin/tsc',
    args: [
      '--noEmit',
      '--pretty',
      'false',
      '-p',
      'tsconfig.next.json',
      '--tsBuildInfoFile',
      `${cache}/types.tsbuildinfo`,
    ],
  },
  { name: 'lint', file: 'node_modules/oxlint/bin/oxlint', args: ['--format=unix'] },
  { name: 'dead code', file: 'node_modules/knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
] as const

export type CheckResult = { name: string; passed: boolean; words: string; ms: number }

/** Types, lint with the import walls, and dead code: each counts as one test. */
export async function runStaticChecks(tell: (result: CheckResult) => void): Promise<Counts> {
  ensureNextTypes()
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, file, args } of checks) {
    const begun = Date.now()
    const { code, words } = await runQuietly(file, [...args])
    const passed = code === 0
    tell({ name, passed, words, ms: Date.now() - begun })
    counts[passed ? 'passed' : 'failed'] += 1
  }
  return counts
}
