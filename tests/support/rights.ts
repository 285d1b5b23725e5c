/**
 * Who may reach what: every page, every route and every Server Action of the site has its row here, and a row without its file is an
 * error too (lib/cli/rights.test.ts). That the running application answers so is tried by tests/faults/application/rights.test.ts.
 */

/** `half`: an administrator whose session has no second factor yet. */
export const people = ['nobody', 'affiliate', 'viewer', 'finance', 'admin', 'half'] as const
export type Who = (typeof people)[number]

/** `sign in`, `factor`, `console`, `portal`: sent there. `missing`: there is no such page. */
export type Answer = 'in' | 'sign in' | 'factor' | 'console' | 'portal' | 'missing' | 'no key' | 'wrong key'

const all = (answer: Answer): Record<Who, Answer> => ({
  nobody: answer,
  affiliate: answer,
  viewer: answer,
  finance: answer,
  admin: answer,
  half: answer,
})
const inConsole = { ...all('in'), nobody: 'sign in', affiliate: 'missing', half: 'factor' } as const

/** What contract.md's roles come to, for pages, routes and actions with the session's cookie. */
export const rules = {
  open: all('in'),
  /** Who is signed in already goes home. */
  guest: { ...all('console'), nobody: 'in', affiliate: 'portal' },
  /** For sandbox books only, and the matrix is tried on others. */
  sandbox: all('missing'),
  portal: { ...all('console'), nobody: 'sign in', affiliate: 'in' },
  console: inConsole,
  /** Where a second factor is set up and given. */
  enrolment: { ...inConsole, half: 'in' },
  finance: { ...inConsole, viewer: 'missing' },
  admin: { ...inConsole, viewer: 'missing', finance: 'missing' },
  /** Nobody's cookie opens the API. */
  'read key': all('no key'),
  'admin key': all('no key'),
} as const satisfies Record<string, Record<Who, Answer>>
export type Rule = keyof typeof rules

export const pages: Record<string, Rule> = {
  'app/(public)/confirm-address/page.tsx': 'open',
  'app/(public)/developers/page.tsx': 'open',
  'app/(public)/join/page.tsx': 'guest',
  'app/(public)/page.tsx': 'open',
  'app/(public)/sign-in/confirm/page.tsx': 'open',
  'app/(public)/sign-in/page.tsx': 'guest',
  'app/admin/affiliates/[affiliate]/page.tsx': 'console',
  'app/admin/affiliates/page.tsx': 'console',
  'app/admin/alerts/page.tsx': 'console',
  'app/admin/anomalies/[payment]/page.tsx': 'console',
  'app/admin/anomalies/page.tsx': 'console',
  'app/admin/audit/page.tsx': 'console',
  'app/admin/codes/page.tsx': 'console',
  'app/admin/commissions/[payment]/page.tsx': 'console',
  'app/admin/commissions/page.tsx': 'console',
  'app/admin/conflicts/page.tsx': 'console',
  'app/admin/customers/[customer]/page.tsx': 'console',
  'app/admin/events/[event]/page.tsx': 'console',
  'app/admin/events/page.tsx': 'console',
  'app/admin/page.tsx': 'console',
  'app/admin/payouts/[run]/left-out/page.tsx': 'console',
  'app/admin/payouts/[run]/page.tsx': 'console',
  'app/admin/payouts/[run]/payouts/[payout]/page.tsx': 'console',
  'app/admin/payouts/debts/[affiliate]/page.tsx': 'console',
  'app/admin/payouts/debts/page.tsx': 'console',
  'app/admin/payouts/journal/page.tsx': 'console',
  'app/admin/payouts/page.tsx': 'console',
  'app/admin/second-factor/page.tsx': 'enrolment',
  'app/admin/second-factor/recovery-codes/page.tsx': 'console',
  'app/admin/sweep/page.tsx': 'console',
  'app/admin/unmatched/decide/page.tsx': 'console',
  'app/admin/unmatched/page.tsx': 'console',
  'app/dev/mail/[id]/page.tsx': 'sandbox',
  'app/dev/mail/page.tsx': 'sandbox',
  'app/portal/commissions/[payment]/page.tsx': 'portal',
  'app/portal/commissions/page.tsx': 'portal',
  'app/portal/customers/page.tsx': 'portal',
  'app/portal/links/page.tsx': 'portal',
  'app/portal/page.tsx': 'portal',
  'app/portal/payouts/[payout]/page.tsx': 'portal',
  'app/portal/payouts/details/page.tsx': 'portal',
  'app/portal/payouts/page.tsx': 'portal',
  'app/portal/settings/page.tsx': 'portal',
  'app/sandbox/page.tsx': 'sandbox',
  'app/sandbox/try/page.tsx': 'sandbox',
}

/** By method and file. Handlers of HEAD answer as those of GET do. */
export const routes: Record<string, Rule> = {
  'GET app/(public)/join/handle/route.ts': 'open',
  'GET app/admin/payouts/[run]/files/[file]/route.ts': 'finance',
  'GET app/admin/payouts/[run]/payouts/[payout]/statement.csv/route.ts': 'console',
  'GET app/admin/payouts/journal.csv/route.ts': 'console',
  'GET app/api/auth/callback/email/route.ts': 'open',
  'POST app/api/auth/callback/email/route.ts': 'open',
  'GET app/api/health/route.ts': 'open',
  'GET app/api/metrics/route.ts': 'read key',
  'POST app/api/stripe/webhook/route.ts': 'open',
  'GET app/api/v1/affiliates/[id]/balances/route.ts': 'read key',
  'GET app/api/v1/affiliates/[id]/route.ts': 'read key',
  'GET app/api/v1/affiliates/route.ts': 'read key',
  'POST app/api/v1/affiliates/route.ts': 'admin key',
  'GET app/api/v1/anomalies/route.ts': 'read key',
  'GET app/api/v1/attributions/route.ts': 'read key',
  'POST app/api/v1/attributions/route.ts': 'admin key',
  'GET app/api/v1/commissions/route.ts': 'read key',
  'GET app/api/v1/events/route.ts': 'read key',
  'GET app/api/v1/openapi.json/route.ts': 'open',
  'GET app/api/v1/payout-runs/route.ts': 'read key',
  'GET app/api/v1/payouts/route.ts': 'read key',
  'GET app/api/v1/unmatched/route.ts': 'read key',
  'POST app/api/v1/unmatched/route.ts': 'admin key',
  'GET app/portal/commissions/commissions.csv/route.ts': 'portal',
  'GET app/portal/links/[link]/qr.png/route.ts': 'portal',
  'GET app/portal/links/[link]/qr.svg/route.ts': 'portal',
  'GET app/portal/links/material/[id]/route.ts': 'portal',
  'GET app/portal/payouts/[payout]/statement.csv/route.ts': 'portal',
  'GET app/portal/payouts/[payout]/statement.pdf/route.ts': 'portal',
  'GET app/r/[code]/[[...slug]]/route.ts': 'open',
  'HEAD app/r/[code]/[[...slug]]/route.ts': 'open',
  'POST app/sandbox/sign-in/route.ts': 'sandbox',
}

/** Server Actions, by file and name. */
export const actions: Record<string, Rule> = {
  'app/(public)/confirm-address/actions.ts confirm': 'open',
  'app/(public)/join/actions.ts join': 'open',
  'app/(public)/sign-in/actions.ts requestLink': 'open',
  'app/admin/affiliates/actions.ts approve': 'admin',
  'app/admin/affiliates/actions.ts changeStanding': 'admin',
  'app/admin/alerts/actions.ts change': 'admin',
  'app/admin/anomalies/actions.ts exempt': 'admin',
  'app/admin/anomalies/actions.ts judge': 'admin',
  'app/admin/customers/actions.ts attribute': 'admin',
  'app/admin/payouts/actions.ts approveRun': 'finance',
  'app/admin/payouts/actions.ts discardRun': 'finance',
  'app/admin/payouts/actions.ts draftRun': 'finance',
  'app/admin/payouts/actions.ts paid': 'finance',
  'app/admin/payouts/actions.ts redrawRun': 'finance',
  'app/admin/payouts/actions.ts refreshRun': 'finance',
  'app/admin/payouts/actions.ts returned': 'finance',
  'app/admin/payouts/actions.ts sendRun': 'finance',
  'app/admin/payouts/actions.ts takeOut': 'finance',
  'app/admin/payouts/actions.ts takeResults': 'finance',
  'app/admin/payouts/actions.ts unmark': 'finance',
  'app/admin/payouts/actions.ts voidRun': 'finance',
  'app/admin/payouts/debts/actions.ts setOff': 'finance',
  'app/admin/payouts/debts/actions.ts writeOff': 'finance',
  'app/admin/second-factor/actions.ts begin': 'enrolment',
  'app/admin/second-factor/actions.ts give': 'enrolment',
  'app/admin/second-factor/actions.ts renew': 'enrolment',
  'app/admin/unmatched/actions.ts decide': 'admin',
  'app/portal/links/actions.ts addLink': 'portal',
  'app/portal/links/actions.ts putAway': 'portal',
  'app/portal/payouts/details/actions.ts askForLink': 'portal',
  'app/portal/payouts/details/actions.ts connect': 'portal',
  'app/portal/payouts/details/actions.ts lookAtStripe': 'portal',
  'app/portal/payouts/details/actions.ts saveDetails': 'portal',
  'app/portal/settings/actions.ts changeAddress': 'portal',
  'app/portal/settings/actions.ts endOne': 'portal',
  'app/portal/settings/actions.ts endOthers': 'portal',
  'app/portal/settings/actions.ts mails': 'portal',
  'app/portal/settings/actions.ts rename': 'portal',
  'app/portal/settings/actions.ts writing': 'portal',
  'app/sandbox/actions.ts cancel': 'sandbox',
  'app/sandbox/actions.ts giveBack': 'sandbox',
  'app/sandbox/actions.ts letTimePass': 'sandbox',
  'app/sandbox/actions.ts pay': 'sandbox',
  'app/sandbox/try/actions.ts tryIt': 'sandbox',
  'lib/auth/sign-out.ts signOut': 'open',
}
