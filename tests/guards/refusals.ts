/** What is never changed: a column of each, and a row where the small books bring none. */
export const appendOnly: Record<string, { column: string; row?: string }> = {
  ledger_transfers: { column: 'line_key' },
  settlements: { column: 'digest' },
  inbox_events: { column: 'type' },
  inbox_payloads: { column: 'event_id', row: `(event_id, recorded_at, body) values ('evt_1', now(), '{}')` },
  facts: {
    column: 'digest',
    row: `(kind, object_id, observed_at, recorded_at, digest, body) values ('refund', 're_1', now(), now(), '1', '{}')`,
  },
  evidence: { column: 'digest' },
  subscription_mrr: {
    column: 'status',
    row: `(subscription_id, customer_id, at, currency, mrr_minor, status) values ('sub_1', 'cus_1', now(), 'usd', 1, 'active')`,
  },
  metered_revenue: {
    column: 'price_id',
    row: `(subscription_id, customer_id, invoice_id, price_id, period_start, period_end, paid_at, currency, net_minor)
          values ('sub_1', 'cus_1', 'in_1', 'price_1', now(), now(), now(), 'usd', 1)`,
  },
  terms: { column: 'recorded_by' },
  audit_entries: {
    column: 'action',
    row: `(at, actor_kind, actor_id, action, subject_id) values (now(), 'system', 'a', 'b', 'c')`,
  },
  code_decisions: {
    column: 'reason',
    row: `(coupon_id, decision, reason, decided_by, decided_at) values ('co', 'house', 'a', 'b', now())`,
  },
  affiliate_status_changes: {
    column: 'reason',
    row: `(affiliate_id, at, status, reason, decided_by) values ('aff_1', now(), 'suspended', 'a', 'b')`,
  },
  anomaly_signals: {
    column: 'rule',
    row: `(payment_id, rule, seq, stands, affiliate_id, action, evidence, at, recorded_at)
          values ('pi_1', 'own_email', 1, true, 'aff_1', 'void', '{}', now(), now())`,
  },
  verdicts: {
    column: 'reason',
    row: `(subject_kind, subject_id, decision, reason, decided_by, at) values ('payment', 'pi_1', 'void', 'a', 'b', now())`,
  },
  exemptions: {
    column: 'reason',
    row: `(affiliate_id, exempt, reason, decided_by, at) values ('aff_1', true, 'a', 'b', now())`,
  },
  payout_details: { column: 'digest' },
  payout_attempts: {
    column: 'idempotency_key',
    row: `(payout_id, n, idempotency_key, at) values ('pay_1', 1, 'k', now())`,
  },
  payout_reversals: {
    column: 'id',
    row: `(id, payout_id, amount_minor, at) values ('trr_1', 'pay_1', 1, now())`,
  },
  debt_decisions: {
    column: 'reason',
    row: `(id, affiliate_id, kind, currency, amount_minor, reason, decided_by, at)
          values ('dec_1', 'aff_1', 'write_off', 'usd', 1, 'a', 'b', now())`,
  },
  adjustments: {
    column: 'reason',
    row: `(id, affiliate_id, direction, currency, amount_minor, payable_on, reason, decided_by, at)
          values ('adj_1', 'aff_1', 'credit', 'usd', 1, '2100-01-01', 'a', 'b', now())`,
  },
  affiliate_notes: {
    column: 'text',
    row: `(affiliate_id, text, written_by, at) values ('aff_1', 'a', 'b', now())`,
  },
  affiliate_groups: {
    column: 'name',
    row: `(id, name, created_at, created_by) values ('grp_1', 'a', now(), 'b')`,
  },
  programme_logos: {
    column: 'media_type',
    row: `(picture, media_type, width, height, uploaded_at) values ('', 'image/png', 1, 1, now())`,
  },
}

/** A line of the ledger in the payout `pay_1`. */
export const payoutLine = `insert into payout_lines (payout_id, transfer_id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind,
    line_key)
  select 'pay_1', id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind, line_key from ledger_transfers`

const approves = `insert into administrators (id, email, role, created_at) values ('adm_8', 'ines@example.com', 'finance', now()),
    ('adm_9', 'omar@example.com', 'finance', now());
  update payout_runs set state = 'approved', approved_digest = '1', approved_at = now(), second_factor_age_seconds = 0,`

/** What nobody changes of a payout that was drawn up, nor its owner: the trigger that refuses it, and its words. */
export const kept: Record<string, { statement: string; refused: string }> = {
  payouts_kept: {
    statement: `update payouts set amount_minor = 1 where id = 'pay_1'`,
    refused: 'payout pay_1 is fixed',
  },
  payouts_kept_while_forgetting: {
    statement: `set local tributary.forgetting = 'on'; update payouts set amount_minor = 1 where id = 'pay_1'`,
    refused: 'payout pay_1 is fixed',
  },
  payout_lines_kept: {
    statement: `${payoutLine} where id = 1; update payout_lines set amount_minor = 1`,
    refused: 'line 1 of payout pay_1 is fixed',
  },
  payout_runs_kept: {
    statement: `${approves} approved_by = drafted_by, sole_administrator = true`,
    refused: 'payout run run_1 has a second person to approve it',
  },
  payout_lines_not_emptied: { statement: 'truncate payout_lines', refused: 'payout_lines is not emptied' },
  payouts_not_emptied: { statement: 'truncate payouts cascade', refused: 'payouts is not emptied' },
  payout_runs_not_emptied: {
    statement: 'truncate payout_runs cascade',
    refused: 'payout_runs is not emptied',
  },
}

/** Steps that a payout does not take. */
export const noSteps = [
  ['draft', 'paid'],
  ['approved', 'failed'],
  ['paid', 'sending'],
  ['failed', 'approved'],
  ['taken_out', 'sending'],
] as const
