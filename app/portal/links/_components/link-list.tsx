import { ActionButton } from '@/components/action-button'
import { CopyButton } from '@/components/copy-button'
import { countText } from '@/components/count'
import { Notice } from '@/components/ui/notice'
import type { Funnel, LinkSummary, LinksOfAffiliate } from '@/lib/links/queries'
import { putAway } from '../actions'
import { ownLink } from './find-link'

/** Every link with what came of it: its address, its QR code, its funnel. */
export function LinkList({ links, typed, made }: LinksOfAffiliate & { made: string | undefined }) {
  return (
    <ul className="divide-y divide-line">
      {links.map((link) => (
        <OneLink
          key={link.address}
          link={link}
          fresh={made !== undefined && link.address.endsWith(`/${made}`)}
        />
      ))}
      <li className="grid gap-4 py-6 md:grid-cols-[minmax(0,1fr)_20rem] md:items-center">
        <div>
          <h3 className="font-medium">Typed, without a link</h3>
          <p className="mt-0.5 text-sm text-muted">
            Whoever heard of your code and entered it: nothing is known before they buy.
          </p>
        </div>
        <FunnelFigures funnel={typed} named="Typed, without a link" unseen />
      </li>
    </ul>
  )
}

function OneLink({ link, fresh }: { link: LinkSummary; fresh: boolean }) {
  const name = link.label ?? 'Your code’s own link'
  const qr = `/portal/links/${link.id ?? ownLink}`
  return (
    <li className="grid gap-4 py-6 first:pt-2 md:grid-cols-[minmax(0,1fr)_20rem] md:items-center">
      <div className="min-w-0">
        {fresh ? (
          <Notice tone="good" className="mb-3">
            Made. It works from now on.
          </Notice>
        ) : null}
        <h3 className="font-medium">{name}</h3>
        <p className="mt-1 font-mono text-[0.9375rem] break-all text-accent">{link.address}</p>
        <p className="mt-1 text-sm break-all text-muted">
          {link.landingAllowed ? 'leads to ' : 'its page was taken back; it leads to '}
          {link.landing}
        </p>
        <div className="mt-3 flex flex-wrap items-start gap-2">
          <CopyButton text={link.address} label="Copy" name={name} />
          <QrLinks href={qr} name={name} />
          {link.id ? (
            <ActionButton
              action={putAway}
              fields={{ linkId: link.id }}
              look="quiet"
              size="small"
              label={`Put away: ${name}`}
            >
              Put away
            </ActionButton>
          ) : null}
        </div>
      </div>
      <FunnelFigures funnel={link} named={name} />
    </li>
  )
}

function QrLinks({ href, name }: { href: string; name: string }) {
  return (
    <details className="group text-sm">
      <summary className="flex h-9 items-center rounded-lg border border-edge/60 bg-surface px-3 font-medium hover:border-edge hover:bg-sunken">
        QR code
      </summary>
      <div className="mt-3 w-44">
        {/* eslint-disable-next-line @next/next/no-img-element -- drawn for this reader alone: there is nothing to optimise. */}
        <img
          src={`${href}/qr.svg`}
          alt={`QR code of ${name}`}
          width={176}
          height={176}
          loading="lazy"
          className="rounded-lg border border-line bg-white"
        />
        <p className="mt-2 flex gap-4">
          <a href={`${href}/qr.svg?save`} className="link" download>
            Save as SVG
          </a>
          <a href={`${href}/qr.png`} className="link" download>
            as PNG
          </a>
        </p>
      </div>
    </details>
  )
}

/** Visits, sign-ups and customers beside each other, each a bar of the widest. */
function FunnelFigures({
  funnel,
  named,
  unseen = false,
}: {
  funnel: Funnel
  named: string
  /** Visits cannot be known. */
  unseen?: boolean
}) {
  const steps = [
    { label: 'Visits', count: funnel.visits, known: !unseen },
    { label: 'Sign-ups', count: funnel.signUps, known: true },
    { label: 'Customers', count: funnel.customers, known: true },
  ]
  const most = Math.max(1, funnel.visits, funnel.signUps)
  return (
    <dl aria-label={`What came of it: ${named}`} className="grid grid-cols-3 gap-3">
      {steps.map(({ label, count, known }) => (
        <div key={label}>
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="figures mt-0.5 text-xl font-semibold">{known ? countText(count) : '–'}</dd>
          <dd aria-hidden="true" className="mt-1.5 h-1.5 rounded-full bg-sunken">
            {known && count > 0 ? (
              <div
                className="h-full min-w-1 rounded-full bg-accent"
                style={{ width: `${(count * 100) / most}%` }}
              />
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}
