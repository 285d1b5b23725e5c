import { database } from '@/db'
import { drain } from '@/lib/intake/drain'
import { retryEvents } from '@/lib/intake/retry-events'
import { stripeClient } from '@/lib/stripe/client'
import { only, operator, UsageError, type Command } from './command'

const usualTimeoutSeconds = 60

export const drainCommand: Command = {
  name: 'drain',
  usage: '[--timeout S]',
  summary: 'settles until nothing is left to do; exit 1 if the time was up before',
  options: {
    timeout: { type: 'string', value: 'S', help: `seconds after which it stops (${usualTimeoutSeconds})` },
  },
  needs: 'stripe',
  run: async (asked) => {
    only(asked)
    const text = asked.text('timeout') ?? String(usualTimeoutSeconds)
    if (!/^[1-9]\d{0,5}$/.test(text))
      throw new UsageError('--timeout is not usable: a number of seconds is wanted.')
    const timeoutMs = Number(text) * 1000
    const begun = performance.now()
    const drained = await drain(database(), stripeClient(), timeoutMs)
    const isFinished = performance.now() - begun < timeoutMs
    if (!isFinished) asked.say(`The ${text} s were up before everything was done.`)
    const { settled, waitingForFee, quarantined } = drained
    return {
      exit: isFinished ? 0 : 1,
      result: { ...drained, finished: isFinished },
      lines: [`settled ${settled}`, `waiting for a fee ${waitingForFee}`, `quarantined ${quarantined}`],
    }
  },
}

export const eventsRetry: Command = {
  name: 'events retry',
  usage: 'ID|--quarantined',
  summary: 'puts events back to work',
  options: { quarantined: { type: 'boolean', help: 'all that could not be settled' } },
  needs: 'database',
  run: async (asked) => {
    const all = asked.flag('quarantined')
    if (all && asked.positionals.length > 0)
      throw new UsageError('Either an event’s id or --quarantined is wanted.')
    if (!all && asked.positionals.length === 0)
      throw new UsageError('An event’s id or --quarantined is missing.')
    const retried = await retryEvents(operator, all ? 'quarantined' : { eventId: only(asked, 'ID')[0] })
    return { exit: 0, result: { retried }, lines: [`retried ${retried}`] }
  },
}
