CREATE TABLE "loose_ends" (
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "loose_ends_pkey" PRIMARY KEY("kind","subject_id"),
	CONSTRAINT "loose_ends_kind_known" CHECK ("loose_ends"."kind" in ('unmatched', 'conflict', 'review', 'notice'))
);
--> statement-breakpoint
DROP INDEX "commissions_held";--> statement-breakpoint
CREATE INDEX "loose_ends_by_subject" ON "loose_ends" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "affiliates_by_time" ON "affiliates" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "affiliates_by_status" ON "affiliates" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "affiliates_by_name" ON "affiliates" USING btree (lower("display_name"),"id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "customers_by_since" ON "customers" USING btree ("since","id") WHERE "customers"."affiliate_id" is not null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "customers_of_nobody" ON "customers" USING btree ("created_at","id") WHERE "customers"."affiliate_id" is null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "inbox_events_by_type" ON "inbox_events" USING btree ("type","recorded_at","event_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "inbox_work_unusual" ON "inbox_work" USING btree ("outcome","event_id") WHERE "inbox_work"."outcome" is null or "inbox_work"."outcome" in ('waiting', 'unmatched', 'quarantined');--> statement-breakpoint
CREATE INDEX CONCURRENTLY "balance_days_below_zero" ON "balance_days" USING btree ("affiliate_id","currency") WHERE "balance_days"."account" = 'earned' and "balance_days"."amount_minor" < 0;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_unusual_by_affiliate" ON "commissions" USING btree ("affiliate_id","status","paid_at","payment_id") WHERE "commissions"."status" not in ('settled', 'unattributed');--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_unusual" ON "commissions" USING btree ("status","paid_at","payment_id") WHERE "commissions"."status" not in ('settled', 'unattributed');--> statement-breakpoint
-- What books that are older than this table have open: rather too much, since every list that begins here looks again.
INSERT INTO "loose_ends" ("subject_id", "kind")
SELECT DISTINCT subject_id, 'unmatched' FROM evidence e WHERE kind IN ('invoice_discount', 'session_discount', 'subscription_discount')
  AND NOT EXISTS (SELECT FROM codes c WHERE c.stripe_promotion_code_id = e.promotion_code_id OR c.stripe_coupon_id = e.coupon_id);--> statement-breakpoint
INSERT INTO "loose_ends" ("subject_id", "kind")
SELECT subject_id, 'conflict' FROM evidence WHERE subject_id IN (SELECT id FROM customers WHERE affiliate_id IS NOT NULL)
GROUP BY subject_id HAVING count(DISTINCT concat_ws('|', promotion_code_id, coupon_id, code_text, named_affiliate_id)) > 1;--> statement-breakpoint
INSERT INTO "loose_ends" ("subject_id", "kind")
SELECT DISTINCT payment_id, CASE WHEN action = 'notice' THEN 'notice' ELSE 'review' END FROM anomaly_signals WHERE stands;--> statement-breakpoint
-- Attributed anew, they are exact.
INSERT INTO "settlement_queue" ("subject_id", "kind", "reason", "enqueued_at", "next_attempt_at")
SELECT subject_id, 'customer', 'What is left open is looked at anew', now(), now()
FROM "loose_ends" WHERE kind IN ('unmatched', 'conflict') AND subject_id LIKE 'cus\_%'
ON CONFLICT DO NOTHING;--> statement-breakpoint
-- Searching names for a part of one needs trigrams. Where the owner may not have the extension, the search reads all names instead.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX affiliates_by_text ON affiliates USING gin ((display_name || ' ' || handle || ' ' || email) gin_trgm_ops);
  CREATE INDEX codes_by_text ON codes USING gin (code gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
  RAISE NOTICE 'pg_trgm is not to be had: affiliates are searched without an index.';
END $$;
