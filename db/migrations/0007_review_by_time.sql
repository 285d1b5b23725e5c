DROP INDEX "payment_traits_by_affiliate";--> statement-breakpoint
DROP INDEX "payment_traits_returned";--> statement-breakpoint
ALTER TABLE "anomaly_marks" ADD COLUMN "counts_from" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "payment_traits_by_time" ON "payment_traits" USING btree ("paid_at","affiliate_id") WHERE "payment_traits"."affiliate_id" is not null;--> statement-breakpoint
CREATE INDEX "payment_traits_by_return" ON "payment_traits" USING btree ("returned_at","affiliate_id") WHERE "payment_traits"."returned_at" is not null;