import { createServer, type Socket } from 'node:net'

/** A mail as it went over the wire: the envelope and the raw message. */
export type ReceivedMail = { from: string; to: string[]; raw: string }

export type MailServer = {
  url: string
  received: ReceivedMail[]
  /** How the next commands are answered, by their first word; an answer is used once. */
  answerNext(command: 'RCPT' | 'DATA', answer: string): void
  close(): Promise<void>
}

/** A mail server that takes everything, on a port of its own: just enough of RFC 5321 for a client. */
export async function mailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const planned: { command: string; answer: string }[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    converse(socket, received, (command) => {
      const index = planned.findIndex((plan) => plan.command === command)
      return index < 0 ? undefined : planned.splice(index, 1)[0]?.answer
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A server without a port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    answerNext: (command, answer) => planned.push({ command, answer }),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

function converse(
  socket: Socket,
  received: ReceivedMail[],
  plannedAnswer: (command: string) => string | undefined,
): void {
  const say = (line: string) => socket.write(`${line}\r\n`)
  let envelope: { from: string; to: string[] } = { from: '', to: [] }
  let body: string[] | null = null
  let unread = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    unread += chunk
    for (let end = unread.indexOf('\r\n'); end >= 0; end = unread.indexOf('\r\n')) {
      const line = unread.slice(0, end)
      unread = unread.slice(end + 2)
      if (body === null) command(line)
      else bodyLine(body, line)
    }
  })
  say('220 tests ESMTP')

  function command(line: string): void {
    const word = line.slice(0, 4).toUpperCase()
    const planned = plannedAnswer(word)
    if (planned) return void say(planned)
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (word === 'MAIL') envelope = { from: address, to: [] }
    if (word === 'RCPT') envelope.to.push(address)
    if (word === 'DATA') body = []
    if (word === 'QUIT') return void socket.end('221 bye\r\n')
    say(word === 'DATA' ? '354 go on' : '250 ok')
  }

  function bodyLine(lines: string[], line: string): void {
    if (line !== '.') return void lines.push(line.startsWith('..') ? line.slice(1) : line)
    received.push({ ...envelope, raw: lines.join('\r\n') })
    body = null
    say('250 taken')
  }
}
