import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { CodeStatus } from '@/components/code-words'
import { CopyButton } from '@/components/copy-button'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { listAudit } from '@/lib/audit/queries'
import { requireAdministrator } from '@/lib/auth'
import { getCode, type CodeOfAffiliate } from '@/lib/codes/console-queries'
import { publicUrl } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { AboutCode } from './_components/about-code'
import { History } from './_components/history'
import { SwitchDecision } from './_components/switch-decision'

export const metadata: Metadata = { title: 'Code' }

export default async function CodePage(props: {
  params: Promise<{ code: string }>
  searchParams: Promise<Partial<Record<'decide' | 'done', string | string[]>>>
}) {
  const person = await requireAdministrator()
  const { code: text } = await props.params
  const query = await props.searchParams
  const [programme, code] = await Promise.all([
    programmeFacts(),
    getCode(person, decodeURIComponent(text)).catch((error: unknown) => {
      if (error instanceof TributaryError && error.code === 'not_found') notFound()
      throw error
    }),
  ])
  if (!programme) notFound()
  const { entries } = await listAudit(person, { limit: 20, subjectId: code.code })
  const link = `${publicUrl()}/r/${code.code}`
  return (
    <>
      <PageHeading
        back={{ href: '/admin/codes', label: 'Codes' }}
        title={<span className="font-mono break-all">{code.code}</span>}
        lead={
          <>
            of{' '}
            <Link
              className="text-ink underline underline-offset-2"
              href={`/admin/affiliates/${code.affiliateId}`}
            >
              {code.affiliateName}
            </Link>
            {code.origin === 'assigned' ? ', found at Stripe and assigned' : null}
          </>
        }
        aside={<CodeStatus status={code.status} expired={code.expired} />}
      />
      <div className="space-y-6">
        <News code={code} done={one(query.done) !== undefined} />
        <CameThrough code={code} />
        <AboutCode code={code} booksMode={programme.booksMode} />
        <Card>
          <CardTitle>Link</CardTitle>
          <CardText>
            It leads to the product whatever becomes of the code, so that nothing printed stops working.
          </CardText>
          <p className="mt-4 flex flex-wrap items-center gap-3">
            <span className="font-mono text-sm break-all">{link}</span>
            <CopyButton text={link} label="Copy" name="the link" />
          </p>
        </Card>
        {person.administrator.role === 'admin' ? (
          <SwitchDecision code={code} chosen={oneOf(query.decide, ['active', 'paused'] as const)} />
        ) : null}
        <History entries={entries} all={withQuery('/admin/audit', { subject: code.code })} />
      </div>
    </>
  )
}

function News({ code, done }: { code: CodeOfAffiliate; done: boolean }) {
  return (
    <>
      {code.drift ? <Notice tone="bad">{code.drift}</Notice> : null}
      {code.provisionError ? <Notice tone="wait">Stripe said: {code.provisionError}</Notice> : null}
      {code.switchTo !== null ? (
        <Notice tone="wait">
          {code.switchTo === 'paused' ? 'It is being paused' : 'It is being switched on'}: Stripe has not
          confirmed it yet.
        </Notice>
      ) : null}
      {done && code.switchTo === null && code.status !== 'provisioning' && !code.provisionError ? (
        <Notice tone="good">Done, and Stripe has confirmed it.</Notice>
      ) : null}
      {code.status === 'provisioning' && !code.provisionError ? (
        <Notice tone="wait">It is being made at Stripe.</Notice>
      ) : null}
    </>
  )
}

/** Counted every now and then, not at every payment. */
function CameThrough({ code }: { code: CodeOfAffiliate }) {
  const { redemptionsAtStripe, seen, maxRedemptions, figures } = code
  return (
    <Figures className="grid-cols-2 md:grid-cols-4">
      <Figure
        label="Redemptions"
        meaning={
          maxRedemptions === null ? 'as Stripe counts them' : `of ${maxRedemptions}, as Stripe counts them`
        }
      >
        {redemptionsAtStripe}
      </Figure>
      <Figure label="Seen by us" meaning="customers and guests">
        {seen}
      </Figure>
      <Figure label="Net revenue" meaning="after discount, tax and Stripe’s fee">
        {figures.length === 0 ? <span className="text-muted">none yet</span> : null}
        {figures.map(({ currency, netMinor }) => (
          <span key={currency} className="block">
            <Money minor={netMinor} currency={currency} />
          </span>
        ))}
      </Figure>
      <Figure label="Commission" meaning="less what went back">
        {figures.length === 0 ? <span className="text-muted">none yet</span> : null}
        {figures.map(({ currency, commissionMinor }) => (
          <span key={currency} className="block">
            <Money minor={commissionMinor} currency={currency} />
          </span>
        ))}
      </Figure>
    </Figures>
  )
}
