-- What was written stays written: also for the owner, until a migration says otherwise.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation', HINT = 'A correction is a further row.';
END $$;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ledger_transfers', 'settlements', 'inbox_events', 'inbox_payloads', 'facts', 'evidence',
                           'subscription_mrr', 'terms', 'audit_entries'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- Row triggers are inherited by partitions, statement triggers are not. Runs as the owner, so that the application can have
-- next month's partition made without the right to make tables.
CREATE FUNCTION ensure_payload_partitions(since date, months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  start_on date;
  part text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ensure_payload_partitions', 0));
  FOR i IN 0..least(months, 240) - 1 LOOP
    start_on := (date_trunc('month', since) + make_interval(months => i))::date;
    part := format('inbox_payloads_%s', to_char(start_on, 'YYYY_MM'));
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF inbox_payloads FOR VALUES FROM (%L) TO (%L)',
                     part, start_on::timestamp AT TIME ZONE 'UTC', (start_on + interval '1 month')::timestamp AT TIME ZONE 'UTC');
      EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part || '_no_truncate', part);
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TABLE inbox_payloads_other PARTITION OF inbox_payloads DEFAULT;
--> statement-breakpoint
CREATE TRIGGER inbox_payloads_other_no_truncate BEFORE TRUNCATE ON inbox_payloads_other FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
