import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { openLog, startProgram } from '@/lib/cli/process/child'
import { CannotGoOn } from '@/lib/cli/process/terminal'
import { inheritedEnvironment } from '@/lib/env'
import { connectEventTypes, handledEventTypes } from '@/lib/intake/events'
import { freePort } from '@/lib/postgres'
import { writePrivately } from '@/lib/postgres/connection-facts'
import { isRunning, processIdentity } from '@/lib/postgres/file-lock.mjs'
import { apiVersion } from '@/lib/stripe/client'

/** The sandbox takes any test key; this one is in no way secret. */
export const sandboxKey = 'sk_test_sandbox'

const factsSchema = z.object({ url: z.string(), identity: z.string() })

export const sandboxFolder = (dataDir: string): string => join(dataDir, 'sandbox')
const factsPath = (dataDir: string): string => join(dataDir, 'run', 'sandbox.json')

function lastFacts(dataDir: string): z.output<typeof factsSchema> | undefined {
  try {
    return factsSchema.parse(JSON.parse(readFileSync(factsPath(dataDir), 'utf8')))
  } catch {
    return undefined
  }
}

/** The address of the sandbox that runs on this data directory. */
export function runningSandbox(dataDir: string): string | undefined {
  const facts = lastFacts(dataDir)
  return facts && isRunning(facts.identity) ? facts.url : undefined
}

const readyLine = z.object({ url: z.url() })
const readyWithinMs = 30_000

function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new CannotGoOn(`The Stripe sandbox did not start: ${why}.`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`it said nothing within ${readyWithinMs / 1000} s`)
    }, readyWithinMs)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`))
    if (!child.stdout) return
    const lines = createInterface({ input: child.stdout })
    lines.once('line', (line) => {
      clearTimeout(timer)
      try {
        resolve(readyLine.parse(JSON.parse(line)).url)
      } catch {
        fail(`it said ${line}`)
      }
      // Whatever it prints later is read and let go, so that the pipe never fills up.
      lines.on('line', () => {})
    })
  })
}

/** Starts the sandbox, on the port it had last where that is free, and waits until it listens. */
export async function startSandbox(
  dataDir: string,
  port?: number,
): Promise<{ child: ChildProcess; url: string }> {
  mkdirSync(sandboxFolder(dataDir), { recursive: true })
  const last = lastFacts(dataDir)
  const chosen = port ?? (await freePort(last ? Number(new URL(last.url).port) : 0))
  const file = openLog(dataDir, 'sandbox')
  const args = ['--port', String(chosen), '--data-dir', sandboxFolder(dataDir)]
  const child = startProgram({ file: 'lib/stripe-sandbox/main.ts', args, env: inheritedEnvironment() }, [
    'ignore',
    'pipe',
    file,
  ])
  closeSync(file)
  const url = await announcedUrl(child)
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
  writePrivately(factsPath(dataDir), { url, identity: identity ?? '' })
  return { child, url }
}

const endpointSchema = z.object({ id: z.string(), url: z.string(), secret: z.string() })
const endpoints = {
  own: { file: 'webhook-endpoint.json', types: handledEventTypes, form: {} },
  connect: { file: 'connect-endpoint.json', types: connectEventTypes, form: { connect: 'true' } },
}
type EndpointKind = keyof typeof endpoints
const endpointPath = (dataDir: string, kind: EndpointKind): string =>
  join(sandboxFolder(dataDir), endpoints[kind].file)

async function askSandbox(url: string, form: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandboxKey}` },
    body: new URLSearchParams(form),
  })
  if (!response.ok)
    throw new CannotGoOn(`The Stripe sandbox refused a webhook endpoint: ${await response.text()}`)
  return response.json()
}

/**
 * Has the sandbox deliver its events to `target`, its own and those of connected accounts, and answers with the endpoints' signing secrets.
 * As at Stripe, a secret is told only when the endpoint is made; it is kept beside the sandbox's own state.
 */
export async function ensureWebhookEndpoints(
  dataDir: string,
  sandboxUrl: string,
  target: string,
): Promise<string> {
  const at = { dataDir, sandboxUrl, target }
  return [await ensureEndpoint('own', at), await ensureEndpoint('connect', at)].join(',')
}

async function ensureEndpoint(
  kind: EndpointKind,
  { dataDir, sandboxUrl, target }: { dataDir: string; sandboxUrl: string; target: string },
): Promise<string> {
  const api = `${sandboxUrl}/v1/webhook_endpoints`
  const path = endpointPath(dataDir, kind)
  const kept = readEndpoint(path)
  if (kept?.url === target) return kept.secret
  if (kept) {
    await askSandbox(`${api}/${kept.id}`, { url: target })
    writePrivately(path, { ...kept, url: target })
    return kept.secret
  }
  const { types, form } = endpoints[kind]
  const enabled = Object.fromEntries([...types].map((type, index) => [`enabled_events[${index}]`, type]))
  const made = endpointSchema.parse(
    await askSandbox(api, { url: target, api_version: apiVersion, ...form, ...enabled }),
  )
  writePrivately(path, made)
  return made.secret
}

function readEndpoint(path: string): z.output<typeof endpointSchema> | undefined {
  try {
    return endpointSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** The secrets of the sandbox's endpoints, where there are any. */
export function keptWebhookSecrets(dataDir: string): string | undefined {
  const kept = [endpointPath(dataDir, 'own'), endpointPath(dataDir, 'connect')].flatMap(
    (path) => readEndpoint(path)?.secret ?? [],
  )
  return kept.length === 0 ? undefined : kept.join(',')
}
