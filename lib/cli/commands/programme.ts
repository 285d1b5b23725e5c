import { database } from '@/db'
import { env } from '@/lib/env'
import { parseAssignments } from '@/lib/programme/assignments'
import { describeTerms } from '@/lib/programme/describe-terms'
import { findProgrammeIdentity, getTerms, listTermsVersions } from '@/lib/programme/queries'
import { setTerms } from '@/lib/programme/set-terms'
import { listGroups } from '@/lib/programme/terms-queries'
import { setUpProgramme } from '@/lib/programme/set-up-programme'
import { only, operator, UsageError, type Command } from './command'

const asText = (values: { key: string; value: string }[]) => values.map(({ key, value }) => `${key}=${value}`)

export const setupProgramme: Command = {
  name: 'setup programme',
  usage: '[--name NAME] [--earns-from DAY]',
  summary: 'writes the first terms, which reach back for ever; refuses once anything is settled',
  options: {
    name: { type: 'string', value: 'NAME', help: 'what the programme is called' },
    'earns-from': { type: 'string', value: 'DAY', help: 'earlier payments attribute but earn nothing' },
  },
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const books = { booksMode: env().booksMode, stripeAccountId: null }
    await setUpProgramme(operator, { name: asked.text('name'), earnsFrom: asked.text('earns-from'), books })
    const { terms } = await getTerms(database())
    const programme = await findProgrammeIdentity()
    const values = describeTerms(terms)
    return {
      exit: 0,
      result: { programme, terms: Object.fromEntries(values.map(({ key, value }) => [key, value])) },
      lines: [`name=${programme?.name ?? ''}`, ...asText(values)],
    }
  },
}

export const termsShow: Command = {
  name: 'terms show',
  usage: '[--all]',
  summary: 'the terms in force',
  options: { all: { type: 'boolean', help: 'every version, past and scheduled, affiliates’ own too' } },
  needs: 'database',
  run: async (asked) => {
    only(asked)
    const { termsId, terms } = await getTerms(database())
    const inForce = describeTerms(terms)
    if (!asked.flag('all')) {
      const result = { termsId, terms: Object.fromEntries(inForce.map(({ key, value }) => [key, value])) }
      return { exit: 0, result, lines: asText(inForce) }
    }
    const versions = (await listTermsVersions(operator)).map((version) => ({
      id: version.id,
      affiliateId: version.affiliateId,
      groupId: version.groupId,
      effectiveFrom: version.effectiveFrom.toISOString(),
      values: [
        ...('group' in version.values && version.values.group
          ? [{ key: 'group', value: version.values.group }]
          : []),
        ...describeTerms(version.values),
      ],
    }))
    return {
      exit: 0,
      result: versions.map(({ values, ...rest }) => ({
        ...rest,
        terms: Object.fromEntries(values.map(({ key, value }) => [key, value])),
      })),
      lines: versions.flatMap(({ id, affiliateId, groupId, effectiveFrom, values }) => [
        `# ${id}: ${affiliateId ?? groupId ?? 'the programme'}, from ${effectiveFrom}`,
        ...asText(values),
      ]),
    }
  },
}

export const termsSet: Command = {
  name: 'terms set',
  usage: 'KEY=VALUE… [--from DAY] [--affiliate ID] [--group NAME]',
  summary: 'changes the terms from the next second or a later day on; never backwards',
  options: {
    from: { type: 'string', value: 'DAY', help: 'the first day on which they are in force' },
    affiliate: { type: 'string', value: 'ID', help: 'one affiliate’s own terms' },
    group: {
      type: 'string',
      value: 'NAME',
      help: 'a group’s terms, by its name or id; with --affiliate: puts them into it',
    },
  },
  needs: 'database',
  run: async (asked) => {
    const affiliateId = asked.text('affiliate') ?? null
    const group = asked.text('group')
    const joins = affiliateId !== null && group !== undefined
    if (asked.positionals.length === 0 && !joins)
      throw new UsageError('KEY=VALUE is missing, such as rate_bps=2500.')
    const { values, errors } = parseAssignments(asked.positionals)
    const problems = Object.values(errors)
    if (problems.length > 0) throw new UsageError(problems.join('\n'))
    const named = group === undefined ? null : await groupNamed(group)
    const { effectiveFrom } = await setTerms(operator, {
      values: { ...values, ...(joins && named !== null && { group: named }) },
      from: asked.text('from'),
      affiliateId,
      groupId: affiliateId === null ? named : null,
    })
    const changed = [
      ...describeTerms(values),
      ...(joins && named !== null ? [{ key: 'group', value: named }] : []),
    ]
    return {
      exit: 0,
      result: {
        effectiveFrom: effectiveFrom.toISOString(),
        affiliateId,
        groupId: named,
        terms: Object.fromEntries(changed.map(({ key, value }) => [key, value])),
      },
      lines: asText(changed).map((line) => `${line} from ${effectiveFrom.toISOString()}`),
    }
  },
}

async function groupNamed(text: string): Promise<string> {
  const groups = await listGroups(operator)
  const found = groups.find(({ id, name }) => id === text || name.toLowerCase() === text.trim().toLowerCase())
  if (found) return found.id
  const names = groups.map(({ name }) => name).join(', ')
  throw new UsageError(`There is no group ${text}: there ${names === '' ? 'is none yet' : `are ${names}`}.`)
}
