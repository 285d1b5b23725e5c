import { EventEmitter, once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { answerOnce } from '@/lib/answer-once'
import { TributaryError } from '@/lib/errors'
import type { TestDatabase } from '@/tests/support/database'
import { testDatabase } from '@/tests/support/database'

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url)
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

const sending = (key: string, changes: { sender?: string; digest?: string } = {}) => ({
  sender: 'form/adm_1',
  key,
  digest: 'same',
  now: new Date(),
  ...changes,
})

describe('a form with a token of its own', () => {
  it('is acted upon once when it is sent twice', async () => {
    let times = 0
    const perform = async () => ({ run: `run_${++times}` })
    expect(await answerOnce(connection.db, sending('twice'), perform)).toEqual({ run: 'run_1' })
    expect(await answerOnce(connection.db, sending('twice'), perform)).toEqual({ run: 'run_1' })
    expect(times).toBe(1)
  })

  it('is acted upon once when it is sent several times at once', async () => {
    let times = 0
    const gate = new EventEmitter()
    const perform = async () => {
      times += 1
      await once(gate, 'open')
      return { times }
    }
    const answers = [1, 2, 3, 4].map(() => answerOnce(connection.db, sending('at once'), perform))
    await expect.poll(() => times).toBe(1)
    gate.emit('open')
    expect(await Promise.all(answers)).toEqual([{ times: 1 }, { times: 1 }, { times: 1 }, { times: 1 }])
  })

  it('can be put right and sent again after it failed', async () => {
    const refuse = () => Promise.reject(new TributaryError('conflict', 'The handle is taken.', 'handle'))
    await expect(answerOnce(connection.db, sending('failed'), refuse)).rejects.toThrow('The handle is taken.')
    expect(await answerOnce(connection.db, sending('failed', { digest: 'other' }), async () => 'done')).toBe(
      'done',
    )
  })

  it('is refused with the same token and other values', async () => {
    await answerOnce(connection.db, sending('changed'), async () => 'done')
    const again = answerOnce(connection.db, sending('changed', { digest: 'other' }), async () => 'again')
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
  })

  it('knows no token of another sender', async () => {
    await answerOnce(connection.db, sending('shared'), async () => 'mine')
    const theirs = answerOnce(
      connection.db,
      sending('shared', { sender: 'form/adm_2' }),
      async () => 'theirs',
    )
    expect(await theirs).toBe('theirs')
  })
})
