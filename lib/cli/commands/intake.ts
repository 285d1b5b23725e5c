import { retryEvents } from '@/lib/intake/retry-events'
import { only, operator, UsageError, type Command } from './command'

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
