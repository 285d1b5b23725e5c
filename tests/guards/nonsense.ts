import { appendOnly, payoutLine } from './refusals'

const transfer = `insert into ledger_transfers
  (recorded_at, occurred_at, affiliate_id, line_key, debit, credit, currency, amount_minor, earned_on, payable_on, seq, kind)
  values (now(), now(), 'aff_1', 'x/0', `
const code = `insert into codes (code, affiliate_id, stripe_coupon_id, status, created_at, provision_at, percent_off_bps,
  amount_off_minor, amount_off_currency) values ('X', 'aff_1', 'trb_x', 'provisioning', now(), `

const approval = `state = 'approved', approved_digest = '1', approved_at = now()`
const payout = `insert into payouts (id, run_id, affiliate_id, currency, line_count, lines_digest, details_id, method, destination,
    warnings, amount_minor, carried_minor, state, approved_on, reference)
  values ('pay_3', 'run_1', 'aff_1', 'eur', 1, '1', 1, 'paypal', '{}', '{}', `
const debt = `insert into debt_decisions (id, affiliate_id, currency, reason, decided_by, at, kind, amount_minor, from_currency, from_minor)
  values ('dec_2', 'aff_1', 'usd', 'a', 'b', now(), `

const run = `insert into payout_runs (id, cut_off_on, minimums, drafted_by, drafted_at, through_transfer_id, state)
  values ('run_2', '2026-03-02', '{}', 'adm_1', now(), 3, `
const decided = `insert into code_decisions (reason, decided_by, decided_at, decision, coupon_id, promotion_code_id, affiliate_id)
  values ('a', 'b', now(), `

/** A row as it may be, with one word in it that nobody knows. */
function odd(table: string, known: string): string {
  const row = appendOnly[table]?.row
  if (!row?.includes(`'${known}'`)) throw new Error(`no row of ${table} has '${known}'`)
  return `insert into ${table} ${row.replace(`'${known}'`, "'odd'")}`
}

/** What the enumerations of the schema do not have. */
const unknown: Record<string, string> = {
  adjustments_direction_known: odd('adjustments', 'credit'),
  administrators_role_known: `insert into administrators (id, email, role, created_at) values ('adm_9', 'x@example.com', 'odd', now())`,
  affiliate_status_changes_status_known: odd('affiliate_status_changes', 'suspended'),
  affiliates_status_known: `update affiliates set status = 'odd'`,
  anomaly_signals_action_known: odd('anomaly_signals', 'void'),
  api_keys_scope_known: `insert into api_keys (id, name, scope, hash, created_at) values ('key_9', 'a', 'odd', 'h', now())`,
  audit_entries_actor_known: odd('audit_entries', 'system'),
  code_decisions_decision_known: odd('code_decisions', 'house'),
  codes_status_known: `update codes set status = 'odd'`,
  commissions_status_known: `update commissions set status = 'odd'`,
  connect_accounts_transfers_known: `insert into connect_accounts (affiliate_id, transfers) values ('aff_1', 'odd')`,
  debt_decisions_kind_known: odd('debt_decisions', 'write_off'),
  evidence_kind_known: `insert into evidence (subject_id, kind, rank, at, source_id, recorded_at, digest)
    values ('cus_1', 'odd', 1, now(), 'in_1', now(), '2')`,
  invitations_role_known: `insert into invitations (id, email, role, token_digest, invited_by, invited_at, expires_at)
    values ('inv_1', 'a@example.com', 'odd', '1', 'adm_1', now(), now())`,
  inbox_work_outcome_known: `update inbox_work set outcome = 'odd'`,
  inbox_work_state_known: `update inbox_work set state = 'odd'`,
  loose_ends_kind_known: `insert into loose_ends (kind, subject_id) values ('odd', 'pi_1')`,
  payout_details_method_known: `insert into payout_details (affiliate_id, method, destination, digest, changed_by, at)
    values ('aff_1', 'odd', '{}', '1', 'a', now())`,
  payout_runs_state_known: `${run} 'odd')`,
  payouts_method_known: `${payout} 1, 0, 'draft', null, null)`.replace("'paypal'", "'odd'"),
  payouts_state_known: `${payout} 1, 0, 'odd', '2026-01-01', null)`,
  programme_books_mode_known: `update programme set books_mode = 'odd'`,
  settlement_queue_kind_known: `insert into settlement_queue (subject_id, kind, reason, enqueued_at, next_attempt_at)
    values ('pi_1', 'odd', 'a', now(), now())`,
  verdicts_decision_known: odd('verdicts', 'void'),
  verdicts_subject_known: odd('verdicts', 'payment'),
  waits_kind_known: `insert into waits (subject_id, kind, since, next_ask_at) values ('pi_1', 'odd', now(), now())`,
}

const adjusted = `insert into adjustments (id, affiliate_id, direction, currency, reason, decided_by, at, amount_minor, payable_on)
  values ('adj_2', 'aff_1', 'credit', 'usd', 'a', 'b', now(), `

/** A row that each condition refuses. */
export const nonsense: Record<string, string> = {
  adjustments_amount_positive: `${adjusted} 0, '2100-01-01')`,
  adjustments_never_reach_back: `${adjusted} 1, '2020-01-01')`,
  terms_of_one: `insert into terms (affiliate_id, group_id, effective_from, recorded_at, recorded_by, "values")
    values ('aff_1', 'grp_1', now(), now(), 'a', '{}')`,
  invitations_one_end: `insert into invitations (id, email, role, token_digest, invited_by, invited_at, expires_at, accepted_at, revoked_at)
    values ('inv_1', 'a@example.com', 'admin', '1', 'adm_1', now(), now(), now(), now())`,
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
  anomaly_signals_seq_from_one: `insert into anomaly_signals ${String(appendOnly['anomaly_signals']?.row).replace("'own_email', 1", "'own_email', 0")}`,
  code_decisions_about_one: `${decided} 'house', 'co', 'promo_1', null)`,
  code_decisions_affiliate_named: `${decided} 'affiliate', 'co', null, null)`,
  payout_attempts_n_from_one: `insert into payout_attempts (payout_id, n, idempotency_key, at) values ('pay_1', 0, 'k0', now())`,
  payout_reversals_amount_positive: `insert into payout_reversals (id, payout_id, amount_minor, at) values ('trr_2', 'pay_1', 0, now())`,
  programme_clock_runs_true: `update programme set books_mode = 'live', clock_offset_seconds = 1`,
  programme_is_one_row: `insert into programme (id, name, books_mode, started_at) values (2, 'B', 'sandbox', now())`,
  ...unknown,
}
