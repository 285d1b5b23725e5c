DROP INDEX "payouts_under_way";--> statement-breakpoint
CREATE INDEX "payouts_to_send" ON "payouts" USING btree ("run_id","id") WHERE "payouts"."state" in ('approved', 'sending', 'unknown');