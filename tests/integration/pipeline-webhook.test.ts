import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, connect, inboxEvents, inboxPayloads, inboxWork, type Connection } from '@/db'
import { receive } from '@/lib/intake/receive'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'

let database: TestDatabase
let connection: Connection
beforeEach(async () => {
  database = await testDatabase()
  connection = connect(database.url, { max: 2 })
  useEnvironment(database, { STRIPE_WEBHOOK_SECRET: 'whsec_old, whsec_new' })
})
afterEach(async () => {
  await closeDatabase()
  await connection.close()
  await database.drop()
})

const nowSeconds = () => Math.floor(Date.now() / 1000)

function signed(body: string | Buffer, secret = 'whsec_new', at = nowSeconds()): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`
}

const anEvent = {
  object: 'event',
  id: 'evt_1',
  type: 'invoice.paid',
  api_version: '2026-10-28.endive',
  created: 1_769_853_600,
  livemode: false,
  data: { object: { id: 'in_1', object: 'invoice' } },
}

const eventWith = (change: object) => JSON.stringify({ ...anEvent, ...change })

type Body = ReadableStream | string | Uint8Array<ArrayBuffer>

async function post(body: Body, signature: string | null, headers: Record<string, string> = {}) {
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    headers: { ...headers, ...(signature !== null && { 'stripe-signature': signature }) },
    duplex: 'half',
  }
  const answer = await receive(new Request('http://localhost/api/stripe/webhook', init))
  const json: unknown = await answer.json()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), json }
}

const deliver = (body: string) => post(body, signed(body))
const events = () => connection.db.select().from(inboxEvents)

const refused = (status: number, message: string | RegExp) =>
  expect.objectContaining({
    status,
    json: { received: false, error: { message: expect.stringMatching(message) } },
  })

describe('a signature', () => {
  it('is taken from any of the secrets while one is being rolled, and beside others in one header', async () => {
    for (const [n, secret] of ['whsec_old', 'whsec_new'].entries()) {
      const body = eventWith({ id: `evt_${n}` })
      expect(await post(body, signed(body, secret))).toMatchObject({ status: 200 })
    }
    const body = eventWith({ id: 'evt_both' })
    const both = `${signed(body, 'whsec_unknown')},${signed(body).split(',')[1]}`
    expect(await post(body, both)).toMatchObject({ status: 200 })
  })

  it('that is missing, of another secret, of another body, old or no signature at all is refused, and nothing is written', async () => {
    const body = JSON.stringify(anEvent)
    for (const header of [null, '', 'nonsense', 't=,v1=', `t=${nowSeconds()},v0=${'0'.repeat(64)}`]) {
      expect(await post(body, header)).toEqual(refused(400, 'signature|Signature'))
    }
    expect(await post(body, signed(body, 'whsec_gone'))).toEqual(refused(400, 'does not match'))
    expect(await post(body, signed(`${body} `))).toEqual(refused(400, 'does not match'))
    const old = signed(body, 'whsec_new', nowSeconds() - 301)
    expect(await post(body, old)).toEqual(refused(400, 'older than 300'))
    expect(await events()).toEqual([])
  })

  it('by an empty secret does not open the endpoint where no secret is set', async () => {
    const body = JSON.stringify(anEvent)
    for (const none of ['', '  ']) {
      useEnvironment(database, { STRIPE_WEBHOOK_SECRET: none })
      expect(await post(body, signed(body, ''))).toEqual(refused(400, 'closed until STRIPE_WEBHOOK_SECRET'))
    }
    expect(await events()).toEqual([])
  })
})

describe('a body', () => {
  it('that is no JSON, or JSON that is no snapshot event, is refused with what is wrong', async () => {
    expect(await deliver('')).toMatchObject({ status: 400 })
    for (const body of ['hello', '{', '"evt_1"', 'null', '[]', '{}', '{"object":"event"}']) {
      expect(await deliver(body)).toEqual(refused(400, 'The body is'))
    }
    const thin = { object: 'v2.core.event', id: 'evt_thin', type: 'v1.invoice.paid', livemode: false }
    expect(await deliver(JSON.stringify(thin))).toEqual(refused(400, 'no Stripe event'))
    for (const wrong of [
      { id: 7 },
      { id: 'evt_' },
      { id: `evt_${'x'.repeat(300)}` },
      { id: 'evt_1\n' },
      { type: '' },
      { created: '1' },
      { created: 2 ** 60 },
      { created: Number.MAX_SAFE_INTEGER },
      { created: -1 },
      { data: null },
      { data: { object: 'in_1' } },
      { livemode: 'false' },
    ]) {
      expect(await deliver(eventWith(wrong)), JSON.stringify(wrong)).toEqual(refused(400, 'no Stripe event'))
    }
    expect(await events()).toEqual([])
  })

  it('of another mode than the books is refused', async () => {
    expect(await deliver(eventWith({ livemode: true }))).toEqual(refused(400, 'live-mode'))
    useEnvironment(database, {
      BOOKS_MODE: 'live',
      STRIPE_SECRET_KEY: 'sk_live_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_new',
    })
    expect(await deliver(JSON.stringify(anEvent))).toEqual(refused(400, 'test-mode'))
    expect(await events()).toEqual([])
  })

  it('may have 1 MiB and not a byte more, however it comes', async () => {
    const frame = eventWith({ note: '' })
    const full = eventWith({ note: 'x'.repeat(1024 * 1024 - frame.length) })
    expect(full).toHaveLength(1024 * 1024)
    expect(await deliver(full)).toMatchObject({ status: 200 })
    const over = `${full} `
    expect(await deliver(over)).toEqual(refused(413, '1 MiB'))
    expect(await post(over, signed(over), { 'content-length': String(over.length) })).toMatchObject({
      status: 413,
    })
    const chunked = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 5; sent++) controller.enqueue(new Uint8Array(1024 * 1024).fill(120))
        controller.close()
      },
    })
    expect(await post(chunked, 't=1,v1=00')).toMatchObject({ status: 413 })
    expect(await events()).toHaveLength(1)
  })

  it('in many chunks, cut inside a letter, is one body', async () => {
    const bytes = new TextEncoder().encode(eventWith({ note: 'Yılmaz — ₺' }))
    const chunked = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
        controller.close()
      },
    })
    expect(await post(chunked, signed(Buffer.from(bytes)))).toMatchObject({ status: 200 })
  })

  it('that is no UTF-8 is refused as not what was signed', async () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode(eventWith({ note: '' })), 0xff, 0xfe])
    expect(await post(bytes, signed(Buffer.from(bytes)))).toMatchObject({ status: 400 })
  })

  it('with what jsonb refuses is kept all the same: U+0000, half a letter, numbers without an end', async () => {
    const strange = {
      evt_null: '{"a\\u0000b":"x\\u0000"}',
      evt_half: '{"a":"\\ud83d","b":"\\ude00\\ud83d"}',
      evt_whole: '{"a":"\\ud83d\\ude00"}',
      evt_number: `{"a":1e400,"b":${2n ** 60n},"c":-1e400,"d":1e-400,"e":0.1}`,
      evt_endless: '{"a":1e999999,"b":-1e999999,"c":1e-999999}',
      evt_digits: `{"a":${'9'.repeat(200_000)}}`,
      evt_deep: `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    }
    for (const [id, extra] of Object.entries(strange)) {
      const body = eventWith({ id, data: { object: { id: 'in_1', metadata: 0 } } }).replace(
        '"metadata":0',
        `"metadata":${extra}`,
      )
      expect(await deliver(body), id).toEqual({
        status: 200,
        retryAfter: null,
        json: { received: true, eventId: id, outcome: 'recorded' },
      })
    }
    expect(await events()).toHaveLength(Object.keys(strange).length)
    const kept = await connection.db.select().from(inboxPayloads)
    expect(kept).toHaveLength(Object.keys(strange).length)
  })
})

describe('an event', () => {
  it('is recorded once and queued; the second time it is a duplicate', async () => {
    const body = JSON.stringify(anEvent)
    expect(await deliver(body)).toMatchObject({
      status: 200,
      json: { received: true, eventId: 'evt_1', outcome: 'recorded' },
    })
    expect(await deliver(body)).toMatchObject({ json: { eventId: 'evt_1', outcome: 'duplicate' } })
    expect(await events()).toMatchObject([{ eventId: 'evt_1', objectId: 'in_1', type: 'invoice.paid' }])
    expect(await connection.db.select().from(inboxWork)).toMatchObject([{ state: 'queued', attempts: 0 }])
  })

  it('twenty times at once is recorded once', async () => {
    const body = JSON.stringify(anEvent)
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(body)))
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200))
    const outcomes = answers.map(({ json }) => (json as { outcome: string }).outcome)
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(19)
  })

  it('of a type that nobody handles is ignored, with the reason, and never worked on', async () => {
    expect(await deliver(eventWith({ type: 'invoice.upcoming' }))).toMatchObject({
      status: 200,
      json: { outcome: 'ignored' },
    })
    const [work] = await connection.db.select().from(inboxWork)
    expect(work).toMatchObject({ state: 'done', outcome: 'ignored' })
    expect(work?.sentence).not.toBe('')
  })
})

describe('while the database is away', () => {
  it('answers 503 with Retry-After and acknowledges nothing', async () => {
    await closeDatabase()
    useEnvironment(database, {
      DATABASE_URL: database.url.replace(/:\d+\//, ':1/'),
      STRIPE_WEBHOOK_SECRET: 'whsec_new',
    })
    const begun = Date.now()
    const answer = await deliver(JSON.stringify(anEvent))
    expect(answer).toMatchObject({ status: 503, retryAfter: '5', json: { received: false } })
    expect(Date.now() - begun).toBeLessThan(7_000)
    expect(await events()).toEqual([])
  })

  it('answers 503 where it takes longer than five seconds, and the event comes in when it is sent again', async () => {
    const blocker = connect(database.migrateUrl, { max: 1 })
    let release = () => {}
    let held: Promise<void> | undefined
    await new Promise<void>((locked) => {
      held = blocker.db.transaction(async (tx) => {
        await tx.execute(sql`lock table inbox_events in access exclusive mode`)
        locked()
        await new Promise<void>((resolve) => (release = resolve))
      })
    })
    const begun = Date.now()
    expect(await deliver(JSON.stringify(anEvent))).toMatchObject({ status: 503, retryAfter: '5' })
    expect(Date.now() - begun).toBeLessThan(7_000)
    release()
    await held
    await blocker.close()
    expect(await deliver(JSON.stringify(anEvent))).toMatchObject({ status: 200 })
    expect(await events()).toHaveLength(1)
  })
})
