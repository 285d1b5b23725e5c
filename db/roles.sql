-- What the application's own login may do. Run by the owner after every migration; :app is its name, quoted.
GRANT USAGE ON SCHEMA public TO :app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :app;
GRANT INSERT ON ALL TABLES IN SCHEMA public TO :app;
REVOKE UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM :app;
GRANT UPDATE ON programme, affiliates, codes, inbox_work, settlement_queue, waits, workers, customers, invoices, subscriptions,
  balance_days, reversal_days, payments, commissions, users, accounts, sessions, verification_tokens, administrators, api_keys, api_answers, mails,
  payment_traits, affiliate_signs, affiliate_preferences, email_changes, terms_letters, payout_runs, payout_run_work, connect_accounts, second_factors, recovery_codes TO :app;
GRANT UPDATE (state, reason, approved_on, reference, paid_at, moves, leased_until, next_attempt_at, looks) ON payouts TO :app;
GRANT UPDATE (released_at) ON payout_lines TO :app;
GRANT UPDATE ON links, link_days, sign_ups TO :app;
GRANT DELETE ON landing_pages, visit_salts, visitors, materials, sign_ups TO :app;
GRANT DELETE ON payouts, payouts_left_out, payout_run_work, second_factors, recovery_codes TO :app;
GRANT DELETE ON commissions, settlement_queue, waits, workers, sessions, verification_tokens, users, accounts, api_answers,
  anomaly_marks, email_changes TO :app;
GRANT UPDATE ON affiliate_figures, code_figures, code_batches, code_batch_rows TO :app;
GRANT UPDATE ON imports, import_rows TO :app;
GRANT DELETE ON affiliate_figures, codes, code_figures, reserved_words TO :app;
GRANT UPDATE (role, token_digest, invited_by, invited_at, sent, expires_at, accepted_at, revoked_at) ON invitations TO :app;
GRANT UPDATE (ended_at) ON portal_views TO :app;
GRANT UPDATE ON sweeps, sweep_counts, sweep_findings, sweep_leakage, stripe_calls TO :app;
GRANT DELETE ON loose_ends TO :app;
GRANT DELETE ON sweeps, sweep_counts, sweep_findings, sweep_leakage, sweep_open TO :app;
REVOKE EXECUTE ON FUNCTION ensure_payload_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_payload_partitions(date, integer) TO :app;
GRANT UPDATE ON operation_settings, alerts TO :app;
REVOKE EXECUTE ON FUNCTION expire_payloads(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_payloads(date) TO :app;
REVOKE EXECUTE ON FUNCTION forget_person(text[], text[], jsonb, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_person(text[], text[], jsonb, text[], text) TO :app;
-- How far the migrations have come: health asks.
GRANT USAGE ON SCHEMA drizzle TO :app;
GRANT SELECT ON drizzle.__drizzle_migrations TO :app;
