CREATE TABLE "alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"value" bigint NOT NULL,
	"threshold" bigint NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "alerts_kind_known" CHECK ("alerts"."kind" in ('inbox_age', 'quarantine', 'completeness', 'clearing', 'fee_wait', 'webhook_silence'))
);
--> statement-breakpoint
CREATE TABLE "operation_settings" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"inbox_age_seconds" integer DEFAULT 300,
	"quarantined" integer DEFAULT 1,
	"completeness_bps" integer DEFAULT 10000,
	"fee_wait_hours" integer DEFAULT 48,
	"silence_hours" integer DEFAULT 24,
	"payload_months" integer DEFAULT 24,
	CONSTRAINT "operation_settings_is_one_row" CHECK ("operation_settings"."id" = 1),
	CONSTRAINT "operation_settings_in_range" CHECK ("operation_settings"."inbox_age_seconds" > 0 and "operation_settings"."quarantined" > 0 and "operation_settings"."completeness_bps" between 1 and 10000
          and "operation_settings"."fee_wait_hours" > 0 and "operation_settings"."silence_hours" > 0 and "operation_settings"."payload_months" between 2 and 1200)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_open_of_a_kind" ON "alerts" USING btree ("kind") WHERE "alerts"."closed_at" is null;--> statement-breakpoint
INSERT INTO operation_settings DEFAULT VALUES;
--> statement-breakpoint
-- Drops whole months of bodies that end by `before`, never one younger than a month or with an event that is not done. Facts,
-- events and outcomes stay. Rather gives up than makes deliveries wait behind its lock.
CREATE FUNCTION expire_payloads(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  part record;
  busy boolean;
  dropped integer := 0;
BEGIN
  IF before IS NULL OR before > (now() AT TIME ZONE 'UTC' - interval '1 month')::date THEN
    RAISE EXCEPTION 'bodies younger than a month are kept' USING ERRCODE = 'check_violation';
  END IF;
  FOR part IN
    SELECT c.oid::regclass AS name, to_date(substring(c.relname FROM '\d{4}_\d{2}$'), 'YYYY_MM') AS starts_on
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'inbox_payloads'::regclass AND c.relname ~ '^inbox_payloads_\d{4}_\d{2}$'
    ORDER BY 2
  LOOP
    CONTINUE WHEN (part.starts_on + interval '1 month')::date > before;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s p JOIN inbox_work w USING (event_id) WHERE w.state <> ''done'')', part.name) INTO busy;
    CONTINUE WHEN busy;
    EXECUTE format('DROP TABLE %s', part.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
