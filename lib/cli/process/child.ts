import type { ChildProcess, StdioOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { inProject, projectRoot } from '@/lib/cli/process/project'
import { isRunning, processIdentity } from '@/lib/postgres/file-lock.mjs'

/** A program of ours to be run: a TypeScript file, or JavaScript of a package. */
export type Program = { file: string; args?: string[]; env: NodeJS.ProcessEnv }

const asUrl = (...parts: string[]): string => pathToFileURL(inProject(...parts)).href

function nodeArguments({ file, args = [] }: Program): string[] {
  const leave = ['--import', `${asUrl('lib/cli/process/leave-with-parent.mjs')}?parent=${process.pid}`]
  const typescript = ['--conditions=react-server', '--import', asUrl('node_modules/tsx/dist/loader.mjs')]
  return [...(file.endsWith('.ts') ? typescript : []), ...leave, inProject(file), ...args]
}

/**
 * Starts a program that ends when this process does. It has a session of its own, so that Ctrl-C in the terminal reaches
 * this process alone, which then stops everything in order.
 */
export function startProgram(
  program: Program,
  stdio: ['ignore', 'pipe' | 'inherit' | number, 'pipe' | 'inherit' | number],
): ChildProcess {
  const streams: StdioOptions = [...stdio, 'ipc']
  return spawn(process.execPath, nodeArguments(program), {
    cwd: projectRoot,
    env: program.env,
    stdio: streams,
    detached: process.platform !== 'win32',
  })
}

/** Runs a program in the foreground, its words shown; answers with its exit code. */
export function runProgram(program: Program): Promise<number> {
  const child = startProgram(program, ['ignore', 'inherit', 'inherit'])
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

const logLimitBytes = 5_000_000

/** A log file opened for appending, the old one moved aside when it has grown large. The caller closes it. */
export function openLog(dataDir: string, name: string): number {
  const path = logPath(dataDir, name)
  mkdirSync(join(dataDir, 'log'), { recursive: true })
  if (existsSync(path) && statSync(path).size > logLimitBytes) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}

export const logPath = (dataDir: string, name: string): string => join(dataDir, 'log', `${name}.log`)

/** The last lines of a log, for a person who is told that something did not start. */
export function logTail(dataDir: string, name: string, lines = 12): string {
  const path = logPath(dataDir, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : ''
}

/** Starts a program with its words going to its log, or shown where `log` is false. */
export function startLogged(dataDir: string, name: string, program: Program, log: boolean): ChildProcess {
  if (!log) return startProgram(program, ['ignore', 'inherit', 'inherit'])
  const file = openLog(dataDir, name)
  try {
    return startProgram(program, ['ignore', file, file])
  } finally {
    closeSync(file)
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // Gone already.
  }
}

const patienceMs = 10_000

/** Asks a process to end, and ends it and its children when it has not within ten seconds. */
export async function endProcess(identity: string, patience = patienceMs): Promise<void> {
  const pid = Number.parseInt(identity, 10)
  if (isRunning(identity)) process.kill(pid, 'SIGTERM')
  for (const until = Date.now() + patience; Date.now() < until && isRunning(identity);) await pause(20)
  signalGroup(pid, 'SIGKILL')
}

const childrenFolder = (dataDir: string): string => join(dataDir, 'run', 'children')

/** Remembers a child on disk, so that a later start can end what a kill -9 of this one leaves behind. */
export function rememberChild(dataDir: string, name: string, child: ChildProcess): string | undefined {
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
  if (identity === undefined) return undefined
  mkdirSync(childrenFolder(dataDir), { recursive: true })
  const file = join(childrenFolder(dataDir), name)
  writeFileSync(file, identity)
  child.once('exit', () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === identity) rmSync(file, { force: true })
  })
  return identity
}

/** Ends what an earlier, killed start has left running. */
export async function endLeftovers(dataDir: string): Promise<void> {
  const folder = childrenFolder(dataDir)
  const names = existsSync(folder) ? readdirSync(folder) : []
  await Promise.all(
    names.map(async (name) => {
      const identity = readFileSync(join(folder, name), 'utf8')
      if (isRunning(identity)) await endProcess(identity)
      rmSync(join(folder, name), { force: true })
    }),
  )
}
