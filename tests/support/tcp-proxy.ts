import { connect, createServer, type Socket } from 'node:net'

/** Ended in good order, or torn. */
type Cut = 'ended' | 'torn'

/** A wire in front of a server, which can be made slow, dead or torn. */
export interface Proxy {
  port: number
  /** Every piece of data waits so long, in each direction. */
  delay(ms: number): void
  /** Nothing passes any more, and nobody is told. */
  stall(): void
  /** What waited passes, and all that follows. */
  resume(): void
  /** Whatever is asked, this is the answer, and the server hears nothing of it; null: as before. */
  answerInstead(bytes: string | null): void
  /** Whoever comes is sent away at once. */
  refuse(refusing: boolean): void
  /** Every connection is broken off now: what was asked has arrived, the answer has not. */
  cut(how?: Cut): void
  /** As `cut`, in place of the so-manieth piece that the server sends from now on. */
  cutAtPiece(number: number, how: Cut): void
  close(): Promise<void>
}

export async function openProxy(target: { host: string; port: number }): Promise<Proxy> {
  const pairs = new Set<[Socket, Socket]>()
  let delayMs = 0
  let stalled: Promise<void> = Promise.resolve()
  let letGo = () => {}
  let instead: string | null = null
  let refusing = false
  let untilCut = Infinity
  let howCut: Cut = 'ended'

  const pass = (from: Socket, to: Socket) => {
    let order = Promise.resolve()
    const after = (work: () => void) => {
      const due = Date.now() + delayMs
      order = order.then(async () => {
        await stalled
        const wait = due - Date.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        work()
      })
    }
    from.on('data', (chunk) => after(() => to.write(chunk)))
    from.on('end', () => after(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => after(() => to.destroy()))
  }
  const server = createServer((client) => {
    if (refusing) return void client.destroy()
    if (instead !== null) {
      const words = instead
      client.on('error', () => undefined).on('data', () => client.end(words))
      return
    }
    const upstream = connect(target.port, target.host)
    const pair: [Socket, Socket] = [client, upstream]
    for (const socket of pair) socket.setNoDelay(true)
    pairs.add(pair)
    client.on('close', () => pairs.delete(pair))
    upstream.on('data', () => {
      untilCut -= 1
      if (untilCut === 0) cut(howCut)
    })
    pass(client, upstream)
    pass(upstream, client)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A server without a port')
  const cut = (how: Cut = 'ended') => {
    for (const [client, upstream] of pairs) {
      if (how === 'torn') client.resetAndDestroy()
      else client.destroy()
      upstream.end()
    }
    pairs.clear()
  }
  return {
    port: address.port,
    delay: (ms) => {
      delayMs = ms
    },
    stall: () => {
      stalled = new Promise((resolve) => (letGo = resolve))
    },
    resume: () => letGo(),
    answerInstead: (bytes) => {
      instead = bytes
      cut()
    },
    refuse: (now) => {
      refusing = now
      cut()
    },
    cut,
    cutAtPiece: (number, how) => {
      untilCut = number
      howCut = how
    },
    close: () => {
      letGo()
      cut()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** The same address, reached through the proxy. */
export function throughProxy(url: string, proxy: Proxy): string {
  const address = new URL(url)
  address.hostname = '127.0.0.1'
  address.port = String(proxy.port)
  return address.href
}
