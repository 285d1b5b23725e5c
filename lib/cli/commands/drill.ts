import { drillBackup, type Drill } from '@/lib/cli/drill/drill'
import { env } from '@/lib/env'
import { createPacedStripe } from '@/lib/stripe/paced-client'
import { only, type Command } from './command'

export const drillCommand: Command = {
  name: 'drill',
  usage: '[--from FILE | --keep FILE] [--into URL]',
  summary:
    'dumps the books, restores them beside, audits them, brings them up to date from Stripe and compares; exit 1 if they are others',
  options: {
    from: {
      type: 'string',
      value: 'FILE',
      help: 'a backup by pg_dump --format=custom, in place of a new one',
    },
    keep: { type: 'string', value: 'FILE', help: 'keeps the backup that is made' },
    into: { type: 'string', value: 'URL', help: 'an empty database to restore into; it stays' },
  },
  needs: 'stripe',
  run: async (asked) => {
    only(asked)
    const { databaseMigrateUrl, stripeSecretKey, stripeApiBase } = env()
    const drill = await drillBackup({
      url: databaseMigrateUrl,
      from: asked.text('from') ?? null,
      keep: asked.text('keep') ?? null,
      into: asked.text('into') ?? null,
      client: createPacedStripe(stripeSecretKey, stripeApiBase),
      say: asked.say,
    })
    const isWell = drill.isRestored !== false && drill.broken.length === 0 && drill.isCaughtUp !== false
    return { exit: isWell ? 0 : 1, result: drill, lines: linesOf(drill) }
  },
}

function linesOf({ isRestored, broken, healed, unexplained, isCaughtUp, digest }: Drill): string[] {
  const restored = {
    true: 'ok      The restored ledger is the one that was dumped.',
    false: 'BROKEN  The restored ledger is not the one that was dumped.',
    null: '        The backup was made elsewhere: there is nothing to hold the restored ledger against.',
  }[`${isRestored}`]
  const caughtUp = {
    true: `ok      Brought up to date from Stripe it is the ledger in use (${digest}).`,
    false:
      'BROKEN  Brought up to date from Stripe it is not the ledger in use: decisions and payouts since the backup are not in Stripe.',
    null: '        The ledger in use has gone on meanwhile: run the drill again when less is going on.',
  }[`${isCaughtUp}`]
  return [
    restored,
    ...(broken.length === 0
      ? ['ok      Every invariant holds in it.']
      : broken.map((one) => `BROKEN  ${one}`)),
    `        The sweep brought in ${healed} objects that the backup lacked; ${unexplained} stay unexplained.`,
    caughtUp,
  ]
}
