import { afterEach, describe, expect, it } from 'vitest'
import { expectRecorded, expectSameBooks, webhookSecret, whenSettled } from '@/tests/support/fault-books'
import { openFaultyApplication, type FaultyApplication } from '@/tests/support/faulty-application'
import { figure, isLong, times } from '@/tests/support/figures'
import { asDelivery, post, tally } from '@/tests/support/stripe-deliveries'

let faulty: FaultyApplication | undefined
afterEach(() => faulty?.close())

const tenMinutes = 600
const aDay = 86_400

const asWords = (seconds: number): string =>
  `${Math.abs(seconds) === aDay ? 'a day' : 'ten minutes'} ${seconds > 0 ? 'fast' : 'slow'}`

describe('a clock', () => {
  // Each is an application of its own to be started; the short form takes the one that would do most harm.
  it.each(isLong() ? [tenMinutes, -tenMinutes, aDay, -aDay] : [aDay])(
    'of web server and worker that is %i seconds fast changes nothing that is settled',
    async (clockAheadSeconds) => {
      const { application, books, control, shop } = (faulty = await openFaultyApplication('clocks', {
        clockAheadSeconds,
      }))
      const url = application.urls[0] ?? ''
      for (let n = 0; n < times(3, 30); n++) await shop.purchase()
      const answers = new Map<string, number>()
      const events = shop.news()
      const ids: string[] = []
      for (const event of events) {
        const delivery = asDelivery(event)
        // Stripe signs by its own clock. More than five minutes before ours is too old, as contracted: refused, and sent again
        // until our clock is right; here by a Stripe whose clock is as wrong as ours.
        const send = async (atMs: number) => {
          for (;;) {
            const answer = await post(url, delivery, { secret: webhookSecret, atMs })
            if (answer !== '503') return answer
          }
        }
        const right = await send(Date.now())
        answers.set(right, (answers.get(right) ?? 0) + 1)
        expect(right).toBe(clockAheadSeconds > 300 ? '400' : '200')
        if (right !== '200') expect(await send(Date.now() + clockAheadSeconds * 1_000)).toBe('200')
        ids.push(event.id)
      }
      const begun = Date.now()
      await whenSettled(books.db)
      await expectRecorded(books.db, ids)
      await expectSameBooks(books.db, control)
      figure(
        `clock ${asWords(clockAheadSeconds)}: ${tally(answers)} by Stripe’s own clock; the same books ${((Date.now() - begun) / 1_000).toFixed(1)} s after the last event`,
      )
    },
  )
})
