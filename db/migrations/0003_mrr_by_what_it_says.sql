DROP INDEX "subscription_mrr_once";--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_mrr_once" ON "subscription_mrr" USING btree ("subscription_id","at","status","mrr_minor");--> statement-breakpoint
ALTER TABLE "subscription_mrr" DROP COLUMN "fact_id";