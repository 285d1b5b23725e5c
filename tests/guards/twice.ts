import { payoutLine } from './refusals'

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
  loose_ends_pkey: `insert into loose_ends (subject_id, kind) values ('pi_1', 'review'), ('pi_1', 'review')`,
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
  administrators_email_once: `insert into administrators (id, email, role, created_at)
    values ('adm_8', 'omar@example.com', 'admin', now()), ('adm_9', 'OMAR@example.com', 'finance', now())`,
  affiliate_signs_pkey: `insert into affiliate_signs (affiliate_id, email_digest, domain_digest, domain_class)
    values ('aff_1', 'e', 'd', 'free'), ('aff_1', 'e', 'd', 'company')`,
  api_answers_pkey: `insert into api_answers (api_key_id, idempotency_key, request_digest, created_at)
    values ('key_1', 'k', '1', now()), ('key_1', 'k', '2', now())`,
  api_keys_hash_once: `insert into api_keys (id, name, scope, hash, created_at)
    values ('key_8', 'a', 'read', 'h', now()), ('key_9', 'b', 'admin', 'h', now())`,
  codes_pkey: `${another} ('AHMET5', 'aff_1', 'trb_2', 'active', now(), 500, 'promo_2')`,
  connect_accounts_account_once: `${person} ('aff_2', 'Berta', 'B', 'b@example.com', 'active', now());
    insert into connect_accounts (affiliate_id, stripe_account_id) values ('aff_1', 'acct_1'), ('aff_2', 'acct_1')`,
  connect_accounts_pkey: `insert into connect_accounts (affiliate_id, stripe_account_id) values ('aff_1', 'acct_1'), ('aff_1', 'acct_2')`,
  invitations_open_once_an_address: `insert into invitations (id, email, role, token_digest, invited_by, invited_at, expires_at)
    values ('inv_1', 'a@example.com', 'viewer', '1', 'adm_1', now(), now()), ('inv_2', 'A@example.com', 'admin', '2', 'adm_1', now(), now())`,
  invoices_pkey: `insert into invoices (id) values ('in_9'), ('in_9')`,
  payment_traits_pkey: `insert into payment_traits (payment_id, paid_at) values ('pi_1', now()), ('pi_1', now())`,
  payments_pkey: `insert into payments (id) values ('pi_9'), ('pi_9')`,
  payout_lines_pkey: `${payoutLine} limit 1; update payout_lines set released_at = now(); ${payoutLine} limit 1`,
  payout_reversals_pkey: `insert into payout_reversals (id, payout_id, amount_minor, at) values ('trr_1', 'pay_2', 1, now())`,
  payout_runs_once_a_schedule: `insert into payout_runs (id, state, cut_off_on, minimums, drafted_by, drafted_at, through_transfer_id,
      scheduled_on)
    select id, 'draft', '2026-03-02', '{}', 'adm_1', now(), 3, '2026-03-01' from unnest(array['run_8', 'run_9']) as id`,
  payouts_transfer_once: `insert into payouts (id, run_id, affiliate_id, currency, line_count, lines_digest, details_id, method, destination, warnings,
      amount_minor, carried_minor, state, approved_on, reference, paid_at)
    select 'pay_' || currency, 'run_1', 'aff_1', currency, 1, '1', 1, 'stripe', '{}', '{}', 1, 0, 'paid', '2026-01-01', 'tr_1', now()
    from unnest(array['eur', 'jpy']) as currency`,
  programme_pkey: 'insert into programme select * from programme',
  recovery_codes_pkey: `insert into administrators (id, email, role, created_at) values ('adm_9', 'x@example.com', 'admin', now());
    insert into recovery_codes (administrator_id, hash) values ('adm_9', 'h'), ('adm_9', 'h')`,
  second_factors_pkey: `insert into administrators (id, email, role, created_at) values ('adm_9', 'x@example.com', 'admin', now());
    insert into second_factors (administrator_id, sealed_secret, created_at) values ('adm_9', 'a', now()), ('adm_9', 'b', now())`,
  settlement_queue_pkey: `insert into settlement_queue (subject_id, kind, reason, enqueued_at, next_attempt_at)
    values ('pi_1', 'payment', 'a', now(), now()), ('pi_1', 'payment', 'b', now(), now())`,
  sweeps_one_at_a_time: `insert into sweeps (begun_by, state, since, begun_at, started_at)
    values ('nightly', 'running', now(), now(), now()), ('by_hand', 'running', now(), now(), now())`,
  users_email_once: `insert into users (id, email) values ('u1', 'omar@example.com'), ('u2', 'Omar@example.com')`,
  waits_pkey: `insert into waits (subject_id, kind, since, next_ask_at) values ('pi_1', 'fee', now(), now()), ('pi_1', 'fee', now(), now())`,
}
