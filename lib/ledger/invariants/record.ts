import { sql } from 'drizzle-orm'
import type { Invariant } from './invariant'

/** Tables that nobody may change. */
export const appendOnlyTables = [
  'ledger_transfers',
  'settlements',
  'inbox_events',
  'inbox_payloads',
  'facts',
  'evidence',
  'subscription_mrr',
  'metered_revenue',
  'terms',
  'audit_entries',
  'code_decisions',
  'affiliate_status_changes',
  'anomaly_signals',
  'verdicts',
  'exemptions',
  'payout_details',
  'payout_attempts',
  'payout_reversals',
  'debt_decisions',
  'adjustments',
  'affiliate_notes',
  'affiliate_groups',
  'programme_logos',
] as const

const tables = sql.join(
  appendOnlyTables.map((table) => sql`${table}`),
  sql`, `,
)

/** Of the record itself: nothing is lost, nothing can be changed. */
export const recordInvariants: Invariant[] = [
  {
    name: 'events_are_done_or_visible',
    sentence: 'Every event that came is done, at work or shown as quarantined',
    broken: sql`
      select format('%s (%s) is nowhere', e.event_id, e.type) as row
      from inbox_events e left join inbox_work w using (event_id) where w.event_id is null
      union all
      select format('%s is being worked on, but never came', w.event_id)
      from inbox_work w left join inbox_events e using (event_id) where e.event_id is null`,
  },
  {
    name: 'programme_has_terms',
    sentence: 'The programme has terms for every moment',
    broken: sql`
      select 'There are no first terms' as row
      where exists (select from programme)
        and not exists (select from terms where affiliate_id is null and group_id is null and effective_from = to_timestamp(0))`,
  },
  {
    name: 'affiliates_have_codes',
    sentence: 'No affiliate is without a code, but for those who were never taken in',
    // Who was turned down is closed, and never had anything.
    broken: sql`
      select format('%s (%s)', a.id, a.handle) as row from affiliates a
      where not exists (select from codes c where c.affiliate_id = a.id)
        and (a.status in ('active', 'suspended')
             or exists (select from commissions c where c.affiliate_id = a.id)
             or exists (select from ledger_transfers t where t.affiliate_id = a.id))`,
  },
  {
    name: 'affiliates_stand_as_decided',
    sentence: 'Every affiliate stands as the last decision on them says',
    broken: sql`
      select format('%s (%s) is %s, decided %s', a.id, a.handle, a.status, coalesce(c.status, 'nothing')) as row
      from affiliates a left join (
        select distinct on (affiliate_id) affiliate_id, status from affiliate_status_changes
        order by affiliate_id, id desc) c on c.affiliate_id = a.id
      where a.status <> coalesce(c.status, case a.status when 'applied' then 'applied' else 'active' end)`,
  },
  {
    name: 'attributions_have_evidence',
    sentence: 'Every customer’s attribution rests on evidence of theirs',
    broken: sql`
      select format('%s belongs to %s', c.id, c.affiliate_id) as row
      from customers c
      where c.affiliate_id is not null and not exists (select from evidence e where e.subject_id = c.id)`,
  },
  {
    name: 'record_is_append_only',
    sentence: 'Triggers refuse to change or empty the ledger, the inbox and everything else that is kept',
    broken: sql`
      select format('%s has no trigger against %s', wanted.name, wanted.what) as row
      from (select name, what, bits from unnest(array[${tables}]::text[]) as name,
              (values ('UPDATE and DELETE', 27), ('TRUNCATE', 34)) as kind (what, bits)) as wanted
      where not exists (
        select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = to_regclass(wanted.name) and p.proname = 'refuse_change' and t.tgenabled in ('O', 'A')
          and t.tgtype & wanted.bits = wanted.bits)`,
  },
  {
    name: 'application_may_not_change_the_record',
    sentence: 'The application’s own login may not change or empty them either',
    broken: sql`
      select format('%s may %s %s', current_user, privilege, name) as row
      from unnest(array[${tables}]::text[]) as name, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) as privilege
      where has_table_privilege(current_user, name, privilege)
        and not (select pg_has_role(current_user, relowner, 'MEMBER') from pg_class where oid = to_regclass(name))`,
  },
]

/** Whether this login owns the ledger: the privileges then say nothing. */
export const ownsTheLedger = sql`
  select pg_has_role(current_user, relowner, 'MEMBER') as owns from pg_class where oid = to_regclass('ledger_transfers')`
