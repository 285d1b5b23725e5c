CREATE TABLE "accounts" (
	"user_id" text NOT NULL,
	"type" text NOT NULL,
	"provider" text NOT NULL,
	"provider_account_id" text NOT NULL,
	CONSTRAINT "accounts_pkey" PRIMARY KEY("provider","provider_account_id")
);
--> statement-breakpoint
CREATE TABLE "administrators" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "administrators_role_known" CHECK ("administrators"."role" in ('admin', 'finance', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "api_answers" (
	"api_key_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_digest" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "api_answers_pkey" PRIMARY KEY("api_key_id","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scope" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_scope_known" CHECK ("api_keys"."scope" in ('admin', 'read'))
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mails_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"cause" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"session_token" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"email" text NOT NULL,
	"email_verified" timestamp with time zone,
	"image" text
);
--> statement-breakpoint
CREATE TABLE "verification_tokens" (
	"identifier" text NOT NULL,
	"token" text NOT NULL,
	"expires" timestamp with time zone NOT NULL,
	CONSTRAINT "verification_tokens_pkey" PRIMARY KEY("identifier","token")
);
--> statement-breakpoint
CREATE TABLE "affiliates" (
	"id" text PRIMARY KEY NOT NULL,
	"handle" text NOT NULL,
	"display_name" text NOT NULL,
	"email" text NOT NULL,
	"status" text NOT NULL,
	"stripe_customer_id" text,
	"consented_terms_id" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"seen_at" timestamp with time zone,
	CONSTRAINT "affiliates_status_known" CHECK ("affiliates"."status" in ('applied', 'active', 'suspended', 'closed')),
	CONSTRAINT "affiliates_closed_has_date" CHECK (("affiliates"."status" = 'closed') = ("affiliates"."closed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"action" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	CONSTRAINT "audit_entries_actor_known" CHECK ("audit_entries"."actor_kind" in ('person', 'api_key', 'system', 'webhook'))
);
--> statement-breakpoint
CREATE TABLE "codes" (
	"code" text PRIMARY KEY NOT NULL,
	"affiliate_id" text NOT NULL,
	"stripe_coupon_id" text NOT NULL,
	"stripe_promotion_code_id" text,
	"status" text NOT NULL,
	"percent_off_bps" integer,
	"amount_off_minor" bigint,
	"amount_off_currency" text,
	"max_redemptions" integer,
	"redemptions" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"provision_at" timestamp with time zone,
	"provision_attempts" integer DEFAULT 0 NOT NULL,
	"provision_error" text,
	CONSTRAINT "codes_status_known" CHECK ("codes"."status" in ('provisioning', 'active', 'paused', 'exhausted', 'gone')),
	CONSTRAINT "codes_one_discount" CHECK (("codes"."percent_off_bps" is null) <> ("codes"."amount_off_minor" is null)),
	CONSTRAINT "codes_amount_has_currency" CHECK (("codes"."amount_off_minor" is null) = ("codes"."amount_off_currency" is null)),
	CONSTRAINT "codes_percent_in_range" CHECK ("codes"."percent_off_bps" between 1 and 10000),
	CONSTRAINT "codes_provisioned_or_due" CHECK ("codes"."stripe_promotion_code_id" is not null or "codes"."provision_at" is not null or "codes"."status" = 'gone')
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"affiliate_id" text,
	"since" timestamp with time zone,
	"matched_by" text,
	"evidence_id" bigint,
	"masked_email" text,
	"first_paid_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "customers_attribution_whole" CHECK (("customers"."affiliate_id" is null) = ("customers"."since" is null))
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "evidence_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"rank" smallint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"source_id" text NOT NULL,
	"discount_id" text,
	"promotion_code_id" text,
	"coupon_id" text,
	"promotion_affiliate_id" text,
	"coupon_affiliate_id" text,
	"code_text" text,
	"named_affiliate_id" text,
	"reason" text,
	"recorded_at" timestamp with time zone NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "evidence_kind_known" CHECK ("evidence"."kind" in ('invoice_discount', 'session_discount', 'subscription_discount', 'metadata', 'administrator'))
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"customer_id" text,
	"subscription_id" text,
	"status" text
);
--> statement-breakpoint
CREATE TABLE "subscription_mrr" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "subscription_mrr_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"currency" text NOT NULL,
	"mrr_minor" bigint NOT NULL,
	"status" text NOT NULL,
	"fact_id" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"mrr_minor" bigint NOT NULL,
	"interval" text,
	"interval_count" integer,
	"product_id" text,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "facts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	"observed_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"event_id" text,
	"customer_id" text,
	"invoice_id" text,
	"payment_id" text,
	"subscription_id" text,
	"digest" text NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"api_version" text,
	"object_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox_payloads" (
	"event_id" text NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "inbox_payloads_pkey" PRIMARY KEY("event_id","recorded_at")
) PARTITION BY RANGE ("recorded_at");
--> statement-breakpoint
CREATE TABLE "inbox_work" (
	"event_id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"leased_by" text,
	"outcome" text,
	"sentence" text,
	"done_at" timestamp with time zone,
	CONSTRAINT "inbox_work_state_known" CHECK ("inbox_work"."state" in ('queued', 'leased', 'done', 'quarantined')),
	CONSTRAINT "inbox_work_outcome_known" CHECK ("inbox_work"."outcome" in ('settled', 'recorded', 'ignored', 'waiting', 'unmatched', 'quarantined')),
	CONSTRAINT "inbox_work_done_has_outcome" CHECK ("inbox_work"."state" <> 'done' or ("inbox_work"."outcome" is not null and "inbox_work"."sentence" is not null))
);
--> statement-breakpoint
CREATE TABLE "settlement_queue" (
	"subject_id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"enqueued_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"error" text,
	CONSTRAINT "settlement_queue_kind_known" CHECK ("settlement_queue"."kind" in ('payment', 'customer'))
);
--> statement-breakpoint
CREATE TABLE "waits" (
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"asks" integer DEFAULT 0 NOT NULL,
	"next_ask_at" timestamp with time zone NOT NULL,
	"error" text,
	CONSTRAINT "waits_pkey" PRIMARY KEY("subject_id","kind"),
	CONSTRAINT "waits_kind_known" CHECK ("waits"."kind" in ('fee', 'basis', 'invoice_payment', 'payment'))
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"beat_at" timestamp with time zone NOT NULL,
	"stopping" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "balance_days" (
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"account" text NOT NULL,
	"earned_on" date NOT NULL,
	"payable_on" date NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "balance_days_pkey" PRIMARY KEY("affiliate_id","currency","account","earned_on","payable_on")
);
--> statement-breakpoint
CREATE TABLE "commissions" (
	"payment_id" text NOT NULL,
	"basis_id" text NOT NULL,
	"invoice_id" text,
	"customer_id" text,
	"affiliate_id" text,
	"status" text NOT NULL,
	"sentence" text NOT NULL,
	"paid_at" timestamp with time zone NOT NULL,
	"payment_currency" text NOT NULL,
	"payment_minor" bigint NOT NULL,
	"currency" text,
	"net_minor" bigint,
	"rate_bps" integer,
	"commission_minor" bigint NOT NULL,
	"reversed_minor" bigint NOT NULL,
	"remaining_minor" bigint NOT NULL,
	"matched_by" text,
	"settlement_id" bigint NOT NULL,
	"settled_at" timestamp with time zone NOT NULL,
	CONSTRAINT "commissions_pkey" PRIMARY KEY("payment_id","basis_id"),
	CONSTRAINT "commissions_status_known" CHECK ("commissions"."status" in ('unattributed', 'not_earning', 'awaiting_basis', 'awaiting_fee', 'settled', 'held', 'void')),
	CONSTRAINT "commissions_remainder" CHECK ("commissions"."remaining_minor" = "commissions"."commission_minor" - "commissions"."reversed_minor"),
	CONSTRAINT "commissions_never_negative" CHECK ("commissions"."commission_minor" >= 0 and "commissions"."reversed_minor" >= 0 and "commissions"."remaining_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_transfers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_transfers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"recorded_at" timestamp with time zone NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"earned_on" date NOT NULL,
	"payable_on" date NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"line_key" text NOT NULL,
	"seq" integer NOT NULL,
	"kind" text NOT NULL,
	"affiliate_id" text NOT NULL,
	"payment_id" text,
	"invoice_id" text,
	"customer_id" text,
	"payout_id" text,
	CONSTRAINT "ledger_transfers_amount_positive" CHECK ("ledger_transfers"."amount_minor" > 0),
	CONSTRAINT "ledger_transfers_two_accounts" CHECK ("ledger_transfers"."debit" <> "ledger_transfers"."credit"),
	CONSTRAINT "ledger_transfers_debit_known" CHECK ("ledger_transfers"."debit" in ('earned', 'held', 'in_payout', 'paid', 'commission_expense', 'adjustments', 'opening_balances', 'write_offs', 'cash')),
	CONSTRAINT "ledger_transfers_credit_known" CHECK ("ledger_transfers"."credit" in ('earned', 'held', 'in_payout', 'paid', 'commission_expense', 'adjustments', 'opening_balances', 'write_offs', 'cash')),
	CONSTRAINT "ledger_transfers_kind_known" CHECK ("ledger_transfers"."kind" in ('instalment', 'refund', 'dispute', 'cancel', 'void', 'hold', 'payout', 'adjustment', 'opening', 'write_off')),
	CONSTRAINT "ledger_transfers_currency_lower" CHECK ("ledger_transfers"."currency" ~ '^[a-z]{3}$'),
	CONSTRAINT "ledger_transfers_payable_after_earned" CHECK ("ledger_transfers"."payable_on" >= "ledger_transfers"."earned_on"),
	CONSTRAINT "ledger_transfers_seq_from_one" CHECK ("ledger_transfers"."seq" >= 1)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"customer_id" text,
	"currency" text,
	"amount_minor" bigint,
	"paid_at" timestamp with time zone,
	"fee_known" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payment_id" text NOT NULL,
	"basis_id" text NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"digest" text NOT NULL,
	"calculation" jsonb NOT NULL,
	"facts" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "programme" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"books_mode" text NOT NULL,
	"stripe_account_id" text,
	"started_at" timestamp with time zone NOT NULL,
	"clock_offset_seconds" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "programme_is_one_row" CHECK ("programme"."id" = 1),
	CONSTRAINT "programme_books_mode_known" CHECK ("programme"."books_mode" in ('sandbox', 'test', 'live')),
	CONSTRAINT "programme_clock_runs_true" CHECK ("programme"."books_mode" = 'sandbox' or "programme"."clock_offset_seconds" = 0)
);
--> statement-breakpoint
CREATE TABLE "terms" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "terms_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text,
	"effective_from" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"first" boolean DEFAULT false NOT NULL,
	"values" jsonb NOT NULL,
	CONSTRAINT "terms_never_reach_back" CHECK ("terms"."first" or "terms"."effective_from" >= "terms"."recorded_at"),
	CONSTRAINT "terms_first_are_the_programmes" CHECK (not "terms"."first" or "terms"."affiliate_id" is null)
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commissions" ADD CONSTRAINT "commissions_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "administrators_email_once" ON "administrators" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash_once" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "mails_once_a_cause" ON "mails" USING btree ("cause");--> statement-breakpoint
CREATE INDEX "mails_to_send" ON "mails" USING btree ("next_attempt_at") WHERE "mails"."sent_at" is null;--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_once" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "affiliates_handle_once" ON "affiliates" USING btree (lower("handle"));--> statement-breakpoint
CREATE UNIQUE INDEX "affiliates_email_once" ON "affiliates" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "audit_entries_by_subject" ON "audit_entries" USING btree ("subject_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "codes_text_once" ON "codes" USING btree (upper("code"));--> statement-breakpoint
CREATE UNIQUE INDEX "codes_promotion_code_once" ON "codes" USING btree ("stripe_promotion_code_id");--> statement-breakpoint
CREATE INDEX "codes_by_affiliate" ON "codes" USING btree ("affiliate_id");--> statement-breakpoint
CREATE INDEX "codes_by_coupon" ON "codes" USING btree ("stripe_coupon_id");--> statement-breakpoint
CREATE INDEX "codes_to_provision" ON "codes" USING btree ("provision_at") WHERE "codes"."provision_at" is not null;--> statement-breakpoint
CREATE INDEX "customers_by_affiliate" ON "customers" USING btree ("affiliate_id","since") WHERE "customers"."affiliate_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "evidence_once" ON "evidence" USING btree ("subject_id","digest","at");--> statement-breakpoint
CREATE INDEX "evidence_by_promotion_code" ON "evidence" USING btree ("promotion_code_id");--> statement-breakpoint
CREATE INDEX "evidence_by_coupon" ON "evidence" USING btree ("coupon_id");--> statement-breakpoint
CREATE INDEX "invoices_by_subscription" ON "invoices" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "invoices_by_customer" ON "invoices" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_mrr_once" ON "subscription_mrr" USING btree ("subscription_id","at","fact_id");--> statement-breakpoint
CREATE INDEX "subscription_mrr_by_customer" ON "subscription_mrr" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "subscriptions_by_customer" ON "subscriptions" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "facts_same_sight_once" ON "facts" USING btree ("object_id","digest","observed_at");--> statement-breakpoint
CREATE INDEX "facts_by_customer" ON "facts" USING btree ("customer_id") WHERE "facts"."customer_id" is not null;--> statement-breakpoint
CREATE INDEX "facts_by_invoice" ON "facts" USING btree ("invoice_id") WHERE "facts"."invoice_id" is not null;--> statement-breakpoint
CREATE INDEX "facts_by_payment" ON "facts" USING btree ("payment_id") WHERE "facts"."payment_id" is not null;--> statement-breakpoint
CREATE INDEX "facts_by_subscription" ON "facts" USING btree ("subscription_id") WHERE "facts"."subscription_id" is not null;--> statement-breakpoint
CREATE INDEX "inbox_events_by_recorded" ON "inbox_events" USING btree ("recorded_at","event_id");--> statement-breakpoint
CREATE INDEX "inbox_events_by_object" ON "inbox_events" USING btree ("object_id");--> statement-breakpoint
CREATE INDEX "inbox_work_due" ON "inbox_work" USING btree ("next_attempt_at") WHERE "inbox_work"."state" <> 'done';--> statement-breakpoint
CREATE INDEX "settlement_queue_due" ON "settlement_queue" USING btree ("next_attempt_at");--> statement-breakpoint
CREATE INDEX "waits_due" ON "waits" USING btree ("next_ask_at");--> statement-breakpoint
CREATE INDEX "commissions_by_affiliate" ON "commissions" USING btree ("affiliate_id","paid_at","payment_id");--> statement-breakpoint
CREATE INDEX "commissions_by_paid" ON "commissions" USING btree ("paid_at","payment_id");--> statement-breakpoint
CREATE INDEX "commissions_by_invoice" ON "commissions" USING btree ("invoice_id");--> statement-breakpoint
CREATE INDEX "commissions_by_customer" ON "commissions" USING btree ("customer_id","paid_at");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transfers_line_once" ON "ledger_transfers" USING btree (coalesce("payment_id", ''),coalesce("invoice_id", ''),"line_key","seq");--> statement-breakpoint
CREATE INDEX "ledger_transfers_by_affiliate" ON "ledger_transfers" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE INDEX "payments_by_customer" ON "payments" USING btree ("customer_id","paid_at");--> statement-breakpoint
CREATE INDEX "settlements_by_payment" ON "settlements" USING btree ("payment_id","basis_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "terms_first_once" ON "terms" USING btree ("first") WHERE "terms"."first";--> statement-breakpoint
CREATE UNIQUE INDEX "terms_one_version_an_instant" ON "terms" USING btree (coalesce("affiliate_id", ''),"effective_from","id");