CREATE TABLE "affiliate_signs" (
	"affiliate_id" text PRIMARY KEY NOT NULL,
	"email_digest" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "payment_traits_by_card";--> statement-breakpoint
ALTER TABLE "affiliate_signs" ADD CONSTRAINT "affiliate_signs_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "affiliate_signs_by_email" ON "affiliate_signs" USING btree ("email_digest");--> statement-breakpoint
CREATE INDEX "payment_traits_by_card_and_buyer" ON "payment_traits" USING btree ("card_fingerprint","affiliate_id",(coalesce("customer_id", "payment_id"))) WHERE "payment_traits"."card_fingerprint" is not null;