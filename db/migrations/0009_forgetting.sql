CREATE TABLE "affiliate_preferences" (
	"affiliate_id" text PRIMARY KEY NOT NULL,
	"locale" text NOT NULL,
	"mails_off" text[] NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "affiliate_preferences_locale_shaped" CHECK ("affiliate_preferences"."locale" ~ '^[a-z]{2}(-[A-Z]{2})?$'),
	CONSTRAINT "affiliate_preferences_mails_known" CHECK ("affiliate_preferences"."mails_off" <@ array['new_customer', 'first_commission', 'monthly_summary', 'payout_sent', 'reversal_after_payout', 'held'])
);
--> statement-breakpoint
CREATE TABLE "email_changes" (
	"affiliate_id" text PRIMARY KEY NOT NULL,
	"new_email" text NOT NULL,
	"old_token" text NOT NULL,
	"new_token" text NOT NULL,
	"old_confirmed_at" timestamp with time zone,
	"new_confirmed_at" timestamp with time zone,
	"asked_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- Written again when they are next needed, now with all that rules compare.
DELETE FROM "affiliate_signs";--> statement-breakpoint
ALTER TABLE "affiliate_signs" DROP CONSTRAINT "affiliate_signs_pkey";--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD CONSTRAINT "affiliate_signs_pkey" PRIMARY KEY("affiliate_id","email_digest");--> statement-breakpoint
ALTER TABLE "affiliates" ADD COLUMN "forgotten_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD COLUMN "domain_digest" text NOT NULL;--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD COLUMN "domain_class" text NOT NULL;--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD COLUMN "since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "affiliate_preferences" ADD CONSTRAINT "affiliate_preferences_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "email_changes_old_token_once" ON "email_changes" USING btree ("old_token");--> statement-breakpoint
CREATE UNIQUE INDEX "email_changes_new_token_once" ON "email_changes" USING btree ("new_token");--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD CONSTRAINT "affiliate_signs_domain_class_known" CHECK ("affiliate_signs"."domain_class" in ('company', 'free', 'shared', 'disposable'));--> statement-breakpoint
-- Append-only, with one way around for one purpose: while `forget_person` runs, as the owner, the columns below may be replaced.
-- Everything else in those rows, and every other table, the ledger first of all, stays as it was written.
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
                             'debt_decisions') THEN ARRAY['reason']
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
DROP TRIGGER payouts_kept ON payouts;
--> statement-breakpoint
CREATE TRIGGER payouts_kept BEFORE UPDATE OR DELETE ON payouts FOR EACH ROW
  WHEN (current_setting('tributary.forgetting', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION keep_payout();
--> statement-breakpoint
CREATE FUNCTION keep_payout_while_forgetting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['destination', 'reason'] = to_jsonb(OLD) - ARRAY['destination', 'reason']
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'payout % is fixed', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER payouts_kept_while_forgetting BEFORE UPDATE OR DELETE ON payouts FOR EACH ROW
  WHEN (current_setting('tributary.forgetting', true) = 'on') EXECUTE FUNCTION keep_payout_while_forgetting();
--> statement-breakpoint
-- A text without these words, whatever their case, where they stand alone.
CREATE FUNCTION without_words(value text, words text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE word text;
BEGIN
  FOREACH word IN ARRAY words LOOP
    value := regexp_replace(value, '(?<!\w)' || regexp_replace(word, '([^\w\s])', '\\\1', 'g') || '(?!\w)', '[forgotten]', 'gi');
  END LOOP;
  RETURN value;
END $$;
--> statement-breakpoint
CREATE FUNCTION without_words(value jsonb, words text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(value)
    WHEN 'string' THEN to_jsonb(without_words(value #>> '{}', words))
    WHEN 'array' THEN (SELECT coalesce(jsonb_agg(without_words(v, words) ORDER BY n), '[]') FROM jsonb_array_elements(value) WITH ORDINALITY AS e (v, n))
    WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(k, without_words(v, words)), '{}') FROM jsonb_each(value) AS e (k, v))
    ELSE value
  END;
END $$;
--> statement-breakpoint
-- Takes a person out of the append-only tables. `events`: whose bodies go; `seen`: objects at Stripe that are about the person;
-- `digests`: marks to compare by, each with the one that takes its place everywhere at once, so that what was equal stays equal;
-- `words`: what they are called and where they are reached; `affiliate`: whose payout details go, NULL for a customer.
CREATE FUNCTION forget_person(events text[], seen text[], digests jsonb, words text[], affiliate text) RETURNS jsonb
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
                             'audit_entries', 'payouts'] LOOP
      EXECUTE format('UPDATE %I SET reason = without_words(reason, $1) WHERE reason <> without_words(reason, $1)', t) USING words;
      GET DIAGNOSTICS part = ROW_COUNT;
      texts := texts + part;
    END LOOP;
    UPDATE audit_entries SET before = without_words(before, words), after = without_words(after, words)
      WHERE concat(without_words(before, words), without_words(after, words)) <> concat(before, after);
    UPDATE settlements SET facts = without_words(facts, words), calculation = without_words(calculation, words)
      WHERE without_words(facts::text || calculation::text, words) <> facts::text || calculation::text;
  END IF;
  IF affiliate IS NOT NULL THEN
    UPDATE payout_details SET digest = encode(sha256(convert_to(gen_random_uuid()::text || digest, 'UTF8')), 'hex'),
        destination = nobody_at(destination) WHERE affiliate_id = affiliate AND destination <> nobody_at(destination);
    UPDATE payouts SET destination = nobody_at(destination) WHERE affiliate_id = affiliate AND destination <> nobody_at(destination);
  END IF;
  PERFORM set_config('tributary.forgetting', 'off', true);
  RETURN jsonb_build_object('bodies', bodies, 'sights', sights, 'texts', texts);
END $$;
--> statement-breakpoint
-- A destination of the same shape that leads nowhere. An account's id at Stripe says nothing without Stripe, and stays.
CREATE FUNCTION nobody_at(destination jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT destination
    || CASE WHEN destination ? 'email' THEN '{"email": "forgotten@forgotten.invalid"}'::jsonb ELSE '{}' END
    || CASE WHEN destination ? 'accountHolder' THEN '{"accountHolder": "Forgotten"}'::jsonb ELSE '{}' END
$$;
