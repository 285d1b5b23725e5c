import { verifyBooks } from '@/lib/ledger/verify'
import { replayBooks, type ReplayOrder } from '@/lib/intake/replay'
import { env } from '@/lib/env'
import { migrateDatabase } from '@/lib/cli/process/database'
import { only, operator, UsageError, type Command } from './command'

export const migrate: Command = {
  name: 'migrate',
  usage: '',
  summary: 'brings the database up to date',
  options: {},
  needs: 'migration',
  run: async (asked) => {
    only(asked)
    const { databaseUrl, databaseMigrateUrl } = env()
    const { applied } = await migrateDatabase({ url: databaseUrl, migrateUrl: databaseMigrateUrl })
    const line = applied === 0 ? 'The database is up to date.' : `Migrations applied: ${applied}.`
    return { exit: 0, result: { applied }, lines: [line] }
  },
}

export const verify: Command = {
  name: 'verify',
  usage: '',
  summary:
    'audits the books: every invariant, one line each; exit 1 with the offending rows if one is broken',
  options: {},
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const verdicts = await verifyBooks(operator)
    const broken = verdicts.filter(({ holds }) => !holds)
    const lines = verdicts.flatMap(({ holds, sentence, count, rows, note }) => [
      holds ? `ok      ${sentence}` : `BROKEN  ${sentence} (${count})`,
      ...(note === null ? [] : [`        ${note}`]),
      ...rows.map((row) => `        ${row}`),
      ...(count > rows.length ? [`        … and ${count - rows.length} more`] : []),
    ])
    asked.say(
      broken.length === 0
        ? 'The books are right.'
        : `${broken.length} of ${verdicts.length} invariants are broken.`,
    )
    return {
      exit: broken.length === 0 ? 0 : 1,
      result: { ok: broken.length === 0, invariants: verdicts },
      lines,
    }
  },
}

export const replay: Command = {
  name: 'replay',
  usage: '[--order recorded|reverse|random:SEED]',
  summary:
    'rebuilds the ledger from the stored facts beside the books, asking Stripe nothing; exit 1 if it is another',
  options: {
    order: { type: 'string', value: 'ORDER', help: 'recorded (as they came), reverse, or random:SEED' },
  },
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const order = orderOf(asked.text('order') ?? 'recorded')
    const replayed = await replayBooks(operator, { url: env().databaseMigrateUrl, order })
    asked.say(replayed.same ? 'The facts give these very books.' : 'The facts give other books.')
    const { facts, digest, replayedDigest, same, differences } = replayed
    return {
      exit: same ? 0 : 1,
      result: replayed,
      lines: [`facts    ${facts}`, `books    ${digest}`, `replay   ${replayedDigest}`, ...differences],
    }
  },
}

function orderOf(text: string): ReplayOrder {
  if (text === 'recorded' || text === 'reverse') return { kind: text }
  const seed = /^random:(\w{1,40})$/.exec(text)?.[1]
  if (seed !== undefined) return { kind: 'random', seed }
  throw new UsageError(`There is no order ${text}: recorded, reverse or random:SEED is wanted.`)
}
