import { createApiKey } from '@/lib/api/create-api-key'
import { listApiKeys, type ApiKeyDto } from '@/lib/api/queries'
import { revokeApiKey } from '@/lib/api/revoke-api-key'
import { only, operator, UsageError, type Command } from './command'

const apiKeyCreate: Command = {
  name: 'api-key create',
  usage: '--name NAME [--scope admin|read]',
  summary: 'prints a new key for the REST API, this once',
  options: {
    name: { type: 'string', value: 'NAME', help: 'what it is for' },
    scope: { type: 'string', value: 'admin|read', help: 'what it may do (admin)' },
  },
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const name = asked.text('name')
    if (name === undefined) throw new UsageError('--name NAME is missing.')
    const scope = asked.text('scope') ?? 'admin'
    if (scope !== 'admin' && scope !== 'read') {
      throw new UsageError(`There is no scope ${scope}: admin or read is wanted.`)
    }
    const { id, key } = await createApiKey(operator, { name, scope })
    asked.say(`The key "${name.trim()}" (${scope}); it is not shown again:`)
    return { exit: 0, result: { id, name: name.trim(), scope, key }, lines: [key] }
  },
}

const apiKeyList: Command = {
  name: 'api-key list',
  usage: '',
  summary: 'the keys that were made, and when each was used last; not what they are',
  options: {},
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const keys = await listApiKeys(operator)
    return { exit: 0, result: keys, lines: keys.map(lineOf) }
  },
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10)

function lineOf({ id, name, scope, createdAt, lastUsedAt, revokedAt }: ApiKeyDto): string {
  const used = lastUsedAt === null ? 'never used' : `last used ${dayOf(lastUsedAt)}`
  const ended = revokedAt === null ? '' : `, revoked ${dayOf(revokedAt)}`
  return `${id}  ${scope.padEnd(5)}  made ${dayOf(createdAt)}, ${used}${ended}  ${name}`
}

const apiKeyRevoke: Command = {
  name: 'api-key revoke',
  usage: 'ID',
  summary: 'ends a key for the REST API from the next request on',
  options: {},
  needs: 'database',
  run: async (asked) => {
    const [id] = only(asked, 'ID')
    await revokeApiKey(operator, id)
    return { exit: 0, result: { id, revoked: true }, lines: [`${id} opens nothing any more.`] }
  },
}

export const apiKeyCommands: readonly Command[] = [apiKeyCreate, apiKeyList, apiKeyRevoke]
