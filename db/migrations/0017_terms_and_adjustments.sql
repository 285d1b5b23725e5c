CREATE TABLE "adjustments" (
	"id" text PRIMARY KEY NOT NULL,
	"affiliate_id" text NOT NULL,
	"direction" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"payable_on" date NOT NULL,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "adjustments_direction_known" CHECK ("adjustments"."direction" in ('credit', 'debit')),
	CONSTRAINT "adjustments_amount_positive" CHECK ("adjustments"."amount_minor" > 0),
	CONSTRAINT "adjustments_never_reach_back" CHECK ("adjustments"."payable_on" >= ("adjustments"."at" at time zone 'UTC')::date)
);
--> statement-breakpoint
CREATE TABLE "affiliate_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "affiliate_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text NOT NULL,
	"text" text NOT NULL,
	"written_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "affiliate_groups" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "programme_logos" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "programme_logos_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"picture" "bytea" NOT NULL,
	"media_type" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "programme_logos_media_type_known" CHECK ("programme_logos"."media_type" in ('image/png', 'image/jpeg')),
	CONSTRAINT "programme_logos_small" CHECK (octet_length("programme_logos"."picture") <= 262144)
);
--> statement-breakpoint
ALTER TABLE "terms" DROP CONSTRAINT "terms_first_are_the_programmes";--> statement-breakpoint
DROP INDEX "terms_one_version_an_instant";--> statement-breakpoint
ALTER TABLE "programme" ADD COLUMN "accent" text;--> statement-breakpoint
ALTER TABLE "programme" ADD COLUMN "logo_id" bigint;--> statement-breakpoint
ALTER TABLE "terms" ADD COLUMN "group_id" text;--> statement-breakpoint
ALTER TABLE "adjustments" ADD CONSTRAINT "adjustments_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "affiliate_notes" ADD CONSTRAINT "affiliate_notes_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "adjustments_by_affiliate" ON "adjustments" USING btree ("affiliate_id","at");--> statement-breakpoint
CREATE INDEX "affiliate_notes_by_affiliate" ON "affiliate_notes" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "affiliate_groups_name_once" ON "affiliate_groups" USING btree (lower("name"));--> statement-breakpoint
ALTER TABLE "terms" ADD CONSTRAINT "terms_group_id_affiliate_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."affiliate_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "terms_one_version_an_instant" ON "terms" USING btree (coalesce("affiliate_id", "group_id", ''),"effective_from","id");--> statement-breakpoint
ALTER TABLE "programme" ADD CONSTRAINT "programme_accent_shaped" CHECK ("programme"."accent" ~ '^#[0-9a-f]{6}$');--> statement-breakpoint
ALTER TABLE "terms" ADD CONSTRAINT "terms_of_one" CHECK ("terms"."affiliate_id" is null or "terms"."group_id" is null);--> statement-breakpoint
ALTER TABLE "terms" ADD CONSTRAINT "terms_first_are_the_programmes" CHECK (not "terms"."first" or ("terms"."affiliate_id" is null and "terms"."group_id" is null));--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['adjustments', 'affiliate_notes', 'affiliate_groups', 'programme_logos'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- As before, with what people wrote about an affiliate.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  personal text[];
  before jsonb;
  after jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('tributary.forgetting', true) = 'on'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    personal := CASE
      WHEN TG_TABLE_NAME LIKE 'inbox\_payloads%' THEN ARRAY['body']
      WHEN TG_TABLE_NAME = 'audit_entries' THEN ARRAY['before', 'after', 'reason']
      WHEN TG_TABLE_NAME = 'settlements' THEN ARRAY['facts', 'calculation']
      WHEN TG_TABLE_NAME = 'payout_details' THEN ARRAY['destination', 'digest']
      WHEN TG_TABLE_NAME IN ('evidence', 'verdicts', 'exemptions', 'code_decisions', 'affiliate_status_changes',
                             'debt_decisions', 'adjustments') THEN ARRAY['reason']
      WHEN TG_TABLE_NAME = 'affiliate_notes' THEN ARRAY['text']
      WHEN TG_TABLE_NAME = 'facts' THEN ARRAY[]::text[]
    END;
    before := to_jsonb(OLD);
    after := to_jsonb(NEW);
    IF TG_TABLE_NAME = 'facts' THEN
      -- Of what was seen only this: never an amount, a day or an id.
      before := jsonb_set(before, '{body}', (before->'body') - ARRAY['maskedEmail', 'email', 'payerDigest', 'reason']);
      after := jsonb_set(after, '{body}', (after->'body') - ARRAY['maskedEmail', 'email', 'payerDigest', 'reason']);
    END IF;
    IF before - personal = after - personal THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation', HINT = 'A correction is a further row.';
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION forget_person(events text[], seen text[], digests jsonb, words text[], affiliate text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  bodies bigint;
  sights bigint;
  texts bigint := 0;
  part bigint;
  t text;
BEGIN
  PERFORM set_config('tributary.forgetting', 'on', true);
  UPDATE inbox_payloads SET body = jsonb_build_object('id', body->'id', 'object', 'event', 'type', body->'type',
      'created', body->'created', 'forgotten', true)
    WHERE event_id = ANY (events) AND NOT body ? 'forgotten';
  GET DIAGNOSTICS bodies = ROW_COUNT;
  UPDATE facts SET body = jsonb_set(body, '{maskedEmail}', 'null')
    WHERE object_id = ANY (seen) AND body->>'maskedEmail' IS NOT NULL;
  GET DIAGNOSTICS sights = ROW_COUNT;
  UPDATE facts SET body = jsonb_set(body, '{email,digest}', digests->(body->'email'->>'digest'))
    WHERE digests ? (body->'email'->>'digest');
  UPDATE facts SET body = jsonb_set(body, '{payerDigest}', digests->(body->>'payerDigest'))
    WHERE digests ? (body->>'payerDigest');
  UPDATE payment_traits SET payer_digest = digests->>payer_digest WHERE digests ? payer_digest;
  UPDATE affiliate_signs SET email_digest = digests->>email_digest WHERE digests ? email_digest;
  IF cardinality(words) > 0 THEN
    UPDATE facts SET body = jsonb_set(body, '{reason}', to_jsonb(without_words(body->>'reason', words)))
      WHERE body->>'reason' <> without_words(body->>'reason', words);
    FOREACH t IN ARRAY ARRAY['evidence', 'verdicts', 'exemptions', 'code_decisions', 'affiliate_status_changes', 'debt_decisions',
                             'adjustments', 'audit_entries', 'payouts'] LOOP
      EXECUTE format('UPDATE %I SET reason = without_words(reason, $1) WHERE reason <> without_words(reason, $1)', t) USING words;
      GET DIAGNOSTICS part = ROW_COUNT;
      texts := texts + part;
    END LOOP;
    UPDATE affiliate_notes SET text = without_words(text, words) WHERE text <> without_words(text, words);
    UPDATE audit_entries SET before = without_words(before, words), after = without_words(after, words)
      WHERE concat(without_words(before, words), without_words(after, words)) <> concat(before, after);
    UPDATE settlements SET facts = without_words(facts, words), calculation = without_words(calculation, words)
      WHERE without_words(facts::text || calculation::text, words) <> facts::text || calculation::text;
  END IF;
  IF affiliate IS NOT NULL THEN
    UPDATE affiliate_notes SET text = '[forgotten]' WHERE affiliate_id = affiliate AND text <> '[forgotten]';
    UPDATE payout_details SET digest = encode(sha256(convert_to(gen_random_uuid()::text || digest, 'UTF8')), 'hex'),
        destination = nobody_at(destination) WHERE affiliate_id = affiliate AND destination <> nobody_at(destination);
    UPDATE payouts SET destination = nobody_at(destination) WHERE affiliate_id = affiliate AND destination <> nobody_at(destination);
  END IF;
  PERFORM set_config('tributary.forgetting', 'off', true);
  RETURN jsonb_build_object('bodies', bodies, 'sights', sights, 'texts', texts);
END $$;
