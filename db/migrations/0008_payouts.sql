CREATE TABLE "connect_accounts" (
	"affiliate_id" text PRIMARY KEY NOT NULL,
	"stripe_account_id" text,
	"transfers" text DEFAULT 'inactive' NOT NULL,
	"checked_at" timestamp with time zone,
	CONSTRAINT "connect_accounts_transfers_known" CHECK ("connect_accounts"."transfers" in ('inactive', 'pending', 'active'))
);
--> statement-breakpoint
CREATE TABLE "debt_decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"affiliate_id" text NOT NULL,
	"kind" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"from_currency" text,
	"from_minor" bigint,
	"rate" text,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "debt_decisions_kind_known" CHECK ("debt_decisions"."kind" in ('set_off', 'write_off')),
	CONSTRAINT "debt_decisions_amount_positive" CHECK ("debt_decisions"."amount_minor" > 0 and coalesce("debt_decisions"."from_minor", 1) > 0),
	CONSTRAINT "debt_decisions_set_off_whole" CHECK (("debt_decisions"."kind" = 'set_off') = ("debt_decisions"."from_currency" is not null)
        and ("debt_decisions"."kind" = 'set_off') = ("debt_decisions"."from_minor" is not null) and ("debt_decisions"."kind" = 'set_off') = ("debt_decisions"."rate" is not null))
);
--> statement-breakpoint
CREATE TABLE "payout_attempts" (
	"payout_id" text NOT NULL,
	"n" integer NOT NULL,
	"idempotency_key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_attempts_pkey" PRIMARY KEY("payout_id","n"),
	CONSTRAINT "payout_attempts_n_from_one" CHECK ("payout_attempts"."n" >= 1)
);
--> statement-breakpoint
CREATE TABLE "payout_details" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payout_details_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text NOT NULL,
	"method" text NOT NULL,
	"destination" jsonb NOT NULL,
	"digest" text NOT NULL,
	"changed_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_details_method_known" CHECK ("payout_details"."method" in ('stripe', 'paypal', 'wise'))
);
--> statement-breakpoint
CREATE TABLE "payout_lines" (
	"payout_id" text NOT NULL,
	"transfer_id" bigint NOT NULL,
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"earned_on" date NOT NULL,
	"payable_on" date NOT NULL,
	"kind" text NOT NULL,
	"line_key" text NOT NULL,
	"payment_id" text,
	"invoice_id" text,
	"released_at" timestamp with time zone,
	CONSTRAINT "payout_lines_pkey" PRIMARY KEY("payout_id","transfer_id"),
	CONSTRAINT "payout_lines_amount_not_zero" CHECK ("payout_lines"."amount_minor" <> 0)
);
--> statement-breakpoint
CREATE TABLE "payout_reversals" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_reversals_amount_positive" CHECK ("payout_reversals"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "payout_runs" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"cut_off_on" date NOT NULL,
	"currencies" text[],
	"minimums" jsonb NOT NULL,
	"drafted_by" text NOT NULL,
	"drafted_at" timestamp with time zone NOT NULL,
	"through_transfer_id" bigint NOT NULL,
	"scheduled_on" date,
	"approved_digest" text,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	"sole_administrator" boolean DEFAULT false NOT NULL,
	"second_factor_age_seconds" integer,
	"sending_since" timestamp with time zone,
	"stopped" text,
	CONSTRAINT "payout_runs_state_known" CHECK ("payout_runs"."state" in ('draft', 'approved', 'discarded')),
	CONSTRAINT "payout_runs_approval_whole" CHECK (("payout_runs"."state" = 'approved') = ("payout_runs"."approved_by" is not null)
        and ("payout_runs"."approved_by" is null) = ("payout_runs"."approved_at" is null)
        and ("payout_runs"."approved_by" is null) = ("payout_runs"."approved_digest" is null)
        and ("payout_runs"."approved_by" is null) = ("payout_runs"."second_factor_age_seconds" is null)),
	CONSTRAINT "payout_runs_two_people" CHECK ("payout_runs"."approved_by" is null or "payout_runs"."approved_by" <> "payout_runs"."drafted_by" or "payout_runs"."sole_administrator"),
	CONSTRAINT "payout_runs_second_factor_fresh" CHECK ("payout_runs"."second_factor_age_seconds" between 0 and 300),
	CONSTRAINT "payout_runs_sent_when_approved" CHECK ("payout_runs"."sending_since" is null or "payout_runs"."state" = 'approved')
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"carried_minor" bigint NOT NULL,
	"line_count" integer NOT NULL,
	"lines_digest" text NOT NULL,
	"details_id" bigint NOT NULL,
	"method" text NOT NULL,
	"destination" jsonb NOT NULL,
	"warnings" text[] NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"approved_on" date,
	"reference" text,
	"paid_at" timestamp with time zone,
	"moves" integer DEFAULT 0 NOT NULL,
	"leased_until" timestamp with time zone,
	"next_attempt_at" timestamp with time zone,
	"looks" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "payouts_state_known" CHECK ("payouts"."state" in ('draft', 'approved', 'sending', 'unknown', 'paid', 'failed', 'returned', 'taken_out')),
	CONSTRAINT "payouts_method_known" CHECK ("payouts"."method" in ('stripe', 'paypal', 'wise')),
	CONSTRAINT "payouts_amount_positive" CHECK ("payouts"."amount_minor" > 0),
	CONSTRAINT "payouts_carried_not_negative" CHECK ("payouts"."carried_minor" >= 0),
	CONSTRAINT "payouts_paid_has_reference" CHECK ("payouts"."state" <> 'paid' or ("payouts"."reference" is not null and "payouts"."paid_at" is not null)),
	CONSTRAINT "payouts_approved_has_day" CHECK ("payouts"."state" in ('draft', 'taken_out') or "payouts"."approved_on" is not null)
);
--> statement-breakpoint
CREATE TABLE "payouts_left_out" (
	"run_id" text NOT NULL,
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"balance_minor" bigint NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "payouts_left_out_pkey" PRIMARY KEY("run_id","affiliate_id","currency"),
	CONSTRAINT "payouts_left_out_reason_known" CHECK ("payouts_left_out"."reason" in ('below_minimum', 'debt', 'no_details', 'details_changed', 'same_account', 'suspended', 'applied', 'too_small'))
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"administrator_id" text NOT NULL,
	"hash" text NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "recovery_codes_pkey" PRIMARY KEY("administrator_id","hash")
);
--> statement-breakpoint
CREATE TABLE "second_factors" (
	"administrator_id" text PRIMARY KEY NOT NULL,
	"sealed_secret" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "ledger_transfers" DROP CONSTRAINT "ledger_transfers_debit_known";--> statement-breakpoint
ALTER TABLE "ledger_transfers" DROP CONSTRAINT "ledger_transfers_credit_known";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "second_factor_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connect_accounts" ADD CONSTRAINT "connect_accounts_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_decisions" ADD CONSTRAINT "debt_decisions_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_attempts" ADD CONSTRAINT "payout_attempts_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_details" ADD CONSTRAINT "payout_details_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_lines" ADD CONSTRAINT "payout_lines_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_lines" ADD CONSTRAINT "payout_lines_transfer_id_ledger_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."ledger_transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_reversals" ADD CONSTRAINT "payout_reversals_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_run_id_payout_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."payout_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_details_id_payout_details_id_fk" FOREIGN KEY ("details_id") REFERENCES "public"."payout_details"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts_left_out" ADD CONSTRAINT "payouts_left_out_run_id_payout_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."payout_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts_left_out" ADD CONSTRAINT "payouts_left_out_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_administrator_id_administrators_id_fk" FOREIGN KEY ("administrator_id") REFERENCES "public"."administrators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connect_accounts_account_once" ON "connect_accounts" USING btree ("stripe_account_id");--> statement-breakpoint
CREATE INDEX "debt_decisions_by_affiliate" ON "debt_decisions" USING btree ("affiliate_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempts_key_once" ON "payout_attempts" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "payout_details_by_affiliate" ON "payout_details" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE INDEX "payout_details_by_digest" ON "payout_details" USING btree ("digest");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_lines_in_one_live_payout" ON "payout_lines" USING btree ("transfer_id") WHERE "payout_lines"."released_at" is null;--> statement-breakpoint
CREATE INDEX "payout_lines_by_payment" ON "payout_lines" USING btree ("payment_id") WHERE "payout_lines"."released_at" is null;--> statement-breakpoint
CREATE INDEX "payout_reversals_by_payout" ON "payout_reversals" USING btree ("payout_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_runs_once_a_schedule" ON "payout_runs" USING btree ("scheduled_on");--> statement-breakpoint
CREATE INDEX "payout_runs_by_time" ON "payout_runs" USING btree ("drafted_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_one_a_run" ON "payouts" USING btree ("run_id","affiliate_id","currency") WHERE "payouts"."state" <> 'taken_out';--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_transfer_once" ON "payouts" USING btree ("reference") WHERE "payouts"."method" = 'stripe';--> statement-breakpoint
CREATE INDEX "payouts_by_affiliate" ON "payouts" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE INDEX "payouts_under_way" ON "payouts" USING btree ("run_id") WHERE "payouts"."state" in ('approved', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX "ledger_transfers_by_payout" ON "ledger_transfers" USING btree ("payout_id") WHERE "ledger_transfers"."payout_id" is not null;--> statement-breakpoint
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_payout_named" CHECK (("ledger_transfers"."kind" = 'payout') = ("ledger_transfers"."payout_id" is not null));--> statement-breakpoint
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_debit_known" CHECK ("ledger_transfers"."debit" in ('earned', 'held', 'in_payout', 'paid', 'commission_expense', 'adjustments', 'opening_balances', 'write_offs', 'cash', 'paid_out'));--> statement-breakpoint
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_credit_known" CHECK ("ledger_transfers"."credit" in ('earned', 'held', 'in_payout', 'paid', 'commission_expense', 'adjustments', 'opening_balances', 'write_offs', 'cash', 'paid_out'));--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['payout_details', 'payout_attempts', 'payout_reversals', 'debt_decisions'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is not emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['payouts', 'payout_lines', 'payout_runs'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()', t || '_not_emptied', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- What was looked at is what is sent: amount, lines and destination of a payout never change, and it moves only along its way.
CREATE FUNCTION keep_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'draft' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'payout % is %: only drafts can be thrown away', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD.id, OLD.run_id, OLD.affiliate_id, OLD.currency, OLD.amount_minor, OLD.carried_minor, OLD.line_count, OLD.lines_digest,
      OLD.details_id, OLD.method, OLD.destination, OLD.warnings)
     IS DISTINCT FROM
     (NEW.id, NEW.run_id, NEW.affiliate_id, NEW.currency, NEW.amount_minor, NEW.carried_minor, NEW.line_count, NEW.lines_digest,
      NEW.details_id, NEW.method, NEW.destination, NEW.warnings)
     OR (OLD.approved_on IS NOT NULL AND OLD.approved_on IS DISTINCT FROM NEW.approved_on)
     OR NEW.moves < OLD.moves THEN
    RAISE EXCEPTION 'payout % is fixed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state <> NEW.state AND NOT (OLD.state, NEW.state) IN (
       ('draft', 'approved'), ('draft', 'taken_out'),
       ('approved', 'sending'), ('approved', 'paid'), ('approved', 'taken_out'),
       ('sending', 'paid'), ('sending', 'failed'), ('sending', 'unknown'), ('sending', 'approved'),
       ('unknown', 'paid'), ('unknown', 'failed'), ('unknown', 'sending'), ('unknown', 'approved'),
       ('paid', 'returned'), ('paid', 'approved')) THEN
    RAISE EXCEPTION 'payout % cannot go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER payouts_kept BEFORE UPDATE OR DELETE ON payouts FOR EACH ROW EXECUTE FUNCTION keep_payout();
--> statement-breakpoint
-- A line of a payout can be given back, once, and nothing else.
CREATE FUNCTION keep_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
     AND (to_jsonb(OLD) - 'released_at') = (to_jsonb(NEW) - 'released_at') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'line % of payout % is fixed', OLD.transfer_id, OLD.payout_id USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER payout_lines_kept BEFORE UPDATE OR DELETE ON payout_lines FOR EACH ROW EXECUTE FUNCTION keep_payout_line();
--> statement-breakpoint
-- Nobody is the only administrator while another could have approved.
CREATE FUNCTION keep_payout_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state = 'discarded' THEN
    RAISE EXCEPTION 'payout run % is fixed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.sole_administrator AND NEW.state = 'approved' AND OLD.state <> 'approved' AND EXISTS (
       SELECT FROM administrators a
       WHERE a.disabled_at IS NULL AND a.role IN ('admin', 'finance') AND a.id <> NEW.approved_by) THEN
    RAISE EXCEPTION 'payout run % has a second person to approve it', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER payout_runs_kept BEFORE UPDATE OR DELETE ON payout_runs FOR EACH ROW EXECUTE FUNCTION keep_payout_run();
