-- Not there yet in new books, where indexes that are made concurrently come last.
DROP INDEX IF EXISTS "commissions_by_amount";--> statement-breakpoint
DROP INDEX IF EXISTS "commissions_by_payment_amount";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_by_size" ON "commissions" USING btree (coalesce("currency", ''),"remaining_minor","paid_at","payment_id","basis_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_by_payment_size" ON "commissions" USING btree ("payment_currency","payment_minor","paid_at","payment_id","basis_id");