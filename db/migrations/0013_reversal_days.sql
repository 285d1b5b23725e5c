CREATE TABLE "reversal_days" (
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"earned_on" date NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "reversal_days_pkey" PRIMARY KEY("affiliate_id","currency","earned_on")
);
--> statement-breakpoint
INSERT INTO reversal_days (affiliate_id, currency, earned_on, amount_minor)
SELECT affiliate_id, currency, earned_on, sum(CASE WHEN credit = 'commission_expense' THEN amount_minor ELSE -amount_minor END)
FROM ledger_transfers WHERE kind IN ('refund', 'dispute', 'cancel', 'void') AND 'commission_expense' IN (debit, credit)
GROUP BY 1, 2, 3;
--> statement-breakpoint
DROP INDEX "ledger_transfers_line_once";--> statement-breakpoint
DROP INDEX "ledger_transfers_by_affiliate";--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transfers_line_once" ON "ledger_transfers" USING btree (coalesce("payment_id", ''),(md5(coalesce("invoice_id", '') || ' ' || "line_key")::uuid),"seq");--> statement-breakpoint
CREATE INDEX "ledger_transfers_by_affiliate" ON "ledger_transfers" USING btree ("affiliate_id");