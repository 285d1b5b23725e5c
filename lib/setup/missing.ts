import type { SetUp } from './queries'

/** What a programme still lacks, in the order in which it is mended; `part` is where the page says more. */
export interface Missing {
  what: string
  part: 'key' | 'webhook' | 'programme'
}

export function stillMissing(setUp: SetUp): Missing[] {
  const { permissions, webhook, programme, mailFrom, booksMode, ownsTheLedger } = setUp
  const refused = permissions.filter(({ granted, forConnect }) => granted === false && !forConnect)
  const isMute = permissions.every(({ granted }) => granted === null)
  const { endpoint, hasSecret, proof } = webhook
  const wanting: [boolean, Missing['part'], string][] = [
    [isMute, 'key', 'a key that Stripe answers to'],
    [
      refused.length > 0,
      'key',
      `permissions of the key: ${refused.map(({ resource, may }) => `${resource} (${may})`).join(', ')}`,
    ],
    [!programme.isNamed, 'programme', 'the programme’s name'],
    [endpoint !== null && endpoint.state === 'missing', 'webhook', 'Stripe’s endpoint'],
    [endpoint !== null && endpoint.state === 'wrong', 'webhook', 'an endpoint that is up to date'],
    [!hasSecret, 'webhook', 'the endpoint’s secret'],
    [proof?.arrivedAt == null, 'webhook', 'a test event that has arrived'],
    [mailFrom === null && booksMode !== 'sandbox', 'programme', 'a mail server'],
    [ownsTheLedger, 'programme', 'a login of the application’s own'],
    [programme.administrators < 2, 'programme', 'a second administrator'],
    [programme.landingPages === 0, 'programme', 'pages for links to lead to'],
    [programme.affiliates === 0, 'programme', 'the first affiliate'],
  ]
  return wanting.flatMap(([lacks, part, what]) => (lacks ? [{ what, part }] : []))
}
