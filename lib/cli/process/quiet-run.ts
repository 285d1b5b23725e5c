import type { ChildProcess } from 'node:child_process'
import { endProcess, startProgram } from '@/lib/cli/process/child'
import { childEnvironment } from '@/lib/cli/process/resolve-environment'
import { settingNames } from '@/lib/env'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'

const running = new Set<ChildProcess>()

/** Runs a program of a package; its words are kept, not shown. */
export async function runQuietly(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv = childEnvironment(),
): Promise<{ code: number; words: string }> {
  const child = startProgram({ file, args, env }, ['ignore', 'pipe', 'pipe'])
  running.add(child)
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (words += chunk))
  }
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code: code ?? 1, words }))
    })
  } finally {
    running.delete(child)
  }
}

/** Ends every program that `runQuietly` runs at the moment. */
export async function endQuietRuns(): Promise<void> {
  const identities = [...running].map((child) =>
    child.pid === undefined ? undefined : processIdentity(child.pid),
  )
  await Promise.all(identities.map((identity) => (identity ? endProcess(identity) : undefined)))
}

/** No setting of this machine or of a .env file may reach a test: each is given as empty, which counts as absent. */
export const withoutSettings = (): NodeJS.ProcessEnv =>
  childEnvironment(Object.fromEntries(settingNames.map((name) => [name, ''])))
