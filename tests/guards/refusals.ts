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
}

const transfer = `insert into ledger_transfers
  (recorded_at, occurred_at, affiliate_id, line_key, debit, credit, currency, amount_minor, earned_on, payable_on, seq, kind)
  values (now(), now(), 'aff_1', 'x/0', `
const code = `insert into codes (code, affiliate_id, stripe_coupon_id, status, created_at, provision_at, percent_off_bps,
  amount_off_minor, amount_off_currency) values ('X', 'aff_1', 'trb_x', 'provisioning', now(), `

const approval = `state = 'approved', approved_digest = '1', approved_at = now()`
const payout = `insert into payouts (id, run_id, affiliate_id, currency, line_count, lines_digest, details_id, method, destination,
    warnings, amount_minor, carried_minor, state, approved_on, reference)
  values ('pay_3', 'run_1', 'aff_1', 'eur', 1, '1', 1, 'paypal', '{}', '{}', `
const payoutLine = `insert into payout_lines (payout_id, transfer_id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind,
    line_key)
  select 'pay_1', id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind, line_key from ledger_transfers`
const debt = `insert into debt_decisions (id, affiliate_id, currency, reason, decided_by, at, kind, amount_minor, from_currency, from_minor)
  values ('dec_2', 'aff_1', 'usd', 'a', 'b', now(), `

/** A row that each condition refuses. */
export const nonsense: Record<string, string> = {
  ledger_transfers_amount_positive: `${transfer} 'commission_expense', 'earned', 'usd', 0, '2026-01-01', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_two_accounts: `${transfer} 'earned', 'earned', 'usd', 1, '2026-01-01', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_debit_known: `${transfer} 'pocket', 'earned', 'usd', 1, '2026-01-01', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_credit_known: `${transfer} 'earned', 'pocket', 'usd', 1, '2026-01-01', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_kind_known: `${transfer} 'commission_expense', 'earned', 'usd', 1, '2026-01-01', '2026-01-01', 1, 'gift')`,
  ledger_transfers_currency_lower: `${transfer} 'commission_expense', 'earned', 'USD', 1, '2026-01-01', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_payable_after_earned: `${transfer} 'commission_expense', 'earned', 'usd', 1, '2026-01-02', '2026-01-01', 1, 'instalment')`,
  ledger_transfers_seq_from_one: `${transfer} 'commission_expense', 'earned', 'usd', 1, '2026-01-01', '2026-01-01', 0, 'instalment')`,
  ledger_transfers_payout_named: `${transfer} 'earned', 'in_payout', 'usd', 1, '2026-01-01', '2026-01-01', 1, 'payout')`,
  payout_runs_two_people: `update payout_runs set ${approval}, approved_by = drafted_by, second_factor_age_seconds = 0`,
  payout_runs_second_factor_fresh: `update payout_runs set ${approval}, approved_by = 'adm_2', second_factor_age_seconds = 301`,
  payout_runs_approval_whole: `update payout_runs set ${approval}, approved_by = 'adm_2', second_factor_age_seconds = null`,
  payout_runs_sent_when_approved: 'update payout_runs set sending_since = now()',
  payouts_paid_has_reference: `${payout} 1, 0, 'paid', '2026-01-01', null)`,
  payouts_amount_positive: `${payout} 0, 0, 'draft', null, null)`,
  payouts_carried_not_negative: `${payout} 1, -1, 'draft', null, null)`,
  payouts_approved_has_day: `${payout} 1, 0, 'approved', null, null)`,
  payout_lines_amount_not_zero: payoutLine.replace(
    'currency, amount_minor, earned_on, payable_on, kind, line_key from',
    'currency, 0, earned_on, payable_on, kind, line_key from',
  ),
  debt_decisions_amount_positive: `${debt} 'write_off', 0, null, null)`,
  debt_decisions_set_off_whole: `${debt} 'set_off', 1, 'eur', null)`,
  terms_never_reach_back: `insert into terms (affiliate_id, effective_from, recorded_at, recorded_by, "values", first)
    values (null, now() - interval '1 day', now(), 'a', '{}', false)`,
  terms_first_are_the_programmes: `insert into terms (affiliate_id, effective_from, recorded_at, recorded_by, "values", first)
    values ('aff_1', now(), now(), 'a', '{}', true)`,
  commissions_remainder: 'update commissions set remaining_minor = remaining_minor + 1',
  commissions_never_negative: `update commissions set reversed_minor = commission_minor + 1, remaining_minor = -1`,
  codes_one_discount: `${code} now(), 500, 100, 'usd')`,
  codes_amount_has_currency: `${code} now(), null, 100, null)`,
  codes_percent_in_range: `${code} now(), 10001, null, null)`,
  codes_provisioned_or_due: `${code} null, 500, null, null)`,
  customers_attribution_whole: 'update customers set since = null',
  affiliates_closed_has_date: `update affiliates set status = 'closed'`,
  inbox_work_done_has_outcome: 'update inbox_work set sentence = null',
}

const person = 'insert into affiliates (id, handle, display_name, email, status, created_at) values '
const another = `insert into codes (code, affiliate_id, stripe_coupon_id, status, created_at, percent_off_bps, stripe_promotion_code_id)
  values `

/** A second row that each unique key refuses. */
export const twice: Record<string, string> = {
  affiliates_handle_once: `${person} ('aff_2', 'AHMET', 'B', 'b@example.com', 'active', now())`,
  affiliates_email_once: `${person} ('aff_2', 'Berta', 'B', 'AHMET@example.com', 'active', now())`,
  codes_text_once: `${another} ('ahmet5', 'aff_1', 'trb_2', 'active', now(), 500, 'promo_2')`,
  codes_promotion_code_once: `${another} ('BERTA5', 'aff_1', 'trb_2', 'active', now(), 500, 'promo_1')`,
  customers_pkey: `insert into customers (id, created_at) values ('cus_1', now())`,
  inbox_work_pkey: `insert into inbox_work (event_id, state, next_attempt_at) values ('evt_1', 'queued', now())`,
  ledger_transfers_line_once: `insert into ledger_transfers (recorded_at, occurred_at, affiliate_id, line_key, debit, credit, currency,
      amount_minor, earned_on, payable_on, seq, kind, payment_id, invoice_id)
    select now(), now(), affiliate_id, line_key, debit, credit, currency, 1, earned_on, payable_on, seq, kind, payment_id, invoice_id
    from ledger_transfers limit 1`,
  reversal_days_pkey: 'insert into reversal_days select * from reversal_days limit 1',
  balance_days_pkey: 'insert into balance_days select * from balance_days limit 1',
  commissions_pkey: 'insert into commissions select * from commissions limit 1',
  payout_lines_in_one_live_payout: `${payoutLine} limit 1; ${payoutLine.replace('pay_1', 'pay_2')} limit 1`,
  payout_attempts_pkey: `insert into payout_attempts values ('pay_1', 1, 'another', now())`,
  payout_attempts_key_once: `insert into payout_attempts values ('pay_1', 2, 'k', now())`,
  payouts_one_a_run: `insert into payouts select 'pay_3', run_id, affiliate_id, currency, amount_minor, carried_minor, line_count,
    lines_digest, details_id, method, destination, warnings, state from payouts where id = 'pay_1'`,
  anomaly_signals_once: `insert into anomaly_signals (payment_id, rule, seq, stands, affiliate_id, action, evidence, at, recorded_at)
    values ('pi_1', 'own_email', 1, false, 'aff_1', 'hold', '{}', now(), now())`,
}
