import { startProgram } from '@/lib/cli/process/child'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '@/lib/cli/process/resolve-environment'
import { inProject, projectRoot } from '@/lib/cli/process/project'
import { CannotGoOn } from '@/lib/cli/process/terminal'
import { lock } from '@/lib/postgres/file-lock.mjs'

const sources = ['app', 'components', 'lib', 'db', 'public']
const configuration = [
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.next.json',
  'next.config.ts',
  'postcss.config.mjs',
]

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}

/** Changes with every file that the built application may depend on. */
export function sourceDigest(root: string): string {
  const hash = createHash('sha256')
  const files = [
    ...sources.flatMap((name) => filesBelow(join(root, name))),
    ...configuration.map((name) => join(root, name)),
  ]
  for (const file of files) {
    if (existsSync(file))
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

export const nextProgram = 'node_modules/next/dist/bin/next'

function runBuild(distDir: string): Promise<{ code: number; words: string }> {
  const child = startProgram(
    { file: nextProgram, args: ['build'], env: childEnvironment({ NEXT_DIST_DIR: distDir }) },
    ['ignore', 'pipe', 'pipe'],
  )
  let words = ''
  const hear = (chunk: Buffer) => (words += chunk.toString())
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, words }))
  })
}

/**
 * Builds the web application into `distDir` (relative to the project) unless what lies there is of these very sources.
 * Calls from several processes at once build once. Throws CannotGoOn with Next's words.
 */
export async function ensureBuild(
  distDir: string,
  onWait: (pid: number) => void,
): Promise<'built' | 'up to date'> {
  const stamp = inProject(distDir, 'tributary-build')
  const release = await lock(inProject('.data', 'run', `build-${distDir.replace(/\W/g, '')}.lock`), onWait)
  try {
    const digest = sourceDigest(projectRoot)
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return 'up to date'
    rmSync(stamp, { force: true })
    const { code, words } = await runBuild(distDir)
    if (code !== 0) throw new CannotGoOn(`The web application could not be built:\n${words.trim()}`)
    writeFileSync(stamp, digest)
    return 'built'
  } finally {
    release()
  }
}
