import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Engine } from '@/lib/stripe-sandbox/machine/engine'

export interface Listener {
  url: string
  port: number
  close(): Promise<void>
}

const bodyLimit = 2 * 1024 * 1024

/** Serves the engine on 127.0.0.1. */
export async function listen(engine: Engine, port: number): Promise<Listener> {
  const server = createServer((request, response) => {
    void serve(engine, request, response)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await read(request)
    const headers: Record<string, string | undefined> = {}
    for (const [name, value] of Object.entries(request.headers))
      headers[name] = Array.isArray(value) ? value[0] : value
    const answer = await engine.answer({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      body,
    })
    if (answer.how === 'silence') return
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
    if (answer.how === 'cut') {
      response.write(answer.body.slice(0, answer.body.length / 2))
      response.socket?.destroySoon()
      return
    }
    response.end(answer.body)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { type: 'api_error', message } }))
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > bodyLimit) throw new Error('The request is too large.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
