CREATE TABLE "affiliate_figures" (
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"earned_minor" bigint NOT NULL,
	CONSTRAINT "affiliate_figures_pkey" PRIMARY KEY("affiliate_id","currency")
);
--> statement-breakpoint
CREATE INDEX "affiliate_figures_by_size" ON "affiliate_figures" USING btree ("currency","earned_minor","affiliate_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "audit_entries_by_action" ON "audit_entries" USING btree ("action" text_pattern_ops);--> statement-breakpoint
CREATE INDEX CONCURRENTLY "codes_by_use" ON "codes" USING btree ("redemptions","code");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "codes_by_status" ON "codes" USING btree ("status","created_at","code");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "codes_to_look_at" ON "codes" USING btree ("created_at","code") WHERE "codes"."drift" is not null or "codes"."provision_error" is not null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_unattributed" ON "commissions" USING btree ("paid_at","payment_id") WHERE "commissions"."status" = 'unattributed';--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_by_amount" ON "commissions" USING btree (coalesce("currency", ''),"remaining_minor","paid_at","payment_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "commissions_by_payment_amount" ON "commissions" USING btree ("payment_currency","payment_minor","paid_at","payment_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "payouts_by_run" ON "payouts" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "payouts_by_amount" ON "payouts" USING btree ("run_id","currency","amount_minor","id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "payouts_unusual" ON "payouts" USING btree ("state","run_id","id") WHERE "payouts"."state" not in ('draft', 'paid');--> statement-breakpoint
CREATE INDEX CONCURRENTLY "payouts_warned" ON "payouts" USING btree ("run_id","id") WHERE cardinality("payouts"."warnings") > 0;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "payouts_left_out_by_size" ON "payouts_left_out" USING btree ("run_id","currency",abs("balance_minor"),"affiliate_id");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "sweep_findings_by_verdict" ON "sweep_findings" USING btree ("sweep_id","verdict","kind","object_id");