CREATE TABLE "payout_run_work" (
	"run_id" text PRIMARY KEY NOT NULL,
	"doing" text NOT NULL,
	"done" integer NOT NULL,
	"of" integer NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"beat_at" timestamp with time zone NOT NULL,
	"problem" text,
	CONSTRAINT "payout_run_work_doing_known" CHECK ("payout_run_work"."doing" in ('draft', 'redraw', 'approve', 'void')),
	CONSTRAINT "payout_run_work_not_negative" CHECK ("payout_run_work"."done" >= 0 and "payout_run_work"."of" >= 0)
);
--> statement-breakpoint
ALTER TABLE "connect_accounts" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
-- A line of a payout can be given back, once, and nothing else: compared as rows, since a run has a million of them.
CREATE OR REPLACE FUNCTION keep_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL THEN
    OLD.released_at := NEW.released_at;
    IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'line % of payout % is fixed', OLD.transfer_id, OLD.payout_id USING ERRCODE = 'restrict_violation';
END $$;
