CREATE TABLE "terms_letters" (
	"terms_id" bigint PRIMARY KEY NOT NULL,
	"told_up_to" text DEFAULT '' NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "affiliate_preferences" DROP CONSTRAINT "affiliate_preferences_mails_known";--> statement-breakpoint
ALTER TABLE "terms_letters" ADD CONSTRAINT "terms_letters_terms_id_terms_id_fk" FOREIGN KEY ("terms_id") REFERENCES "public"."terms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "affiliate_preferences" ADD CONSTRAINT "affiliate_preferences_mails_known" CHECK ("affiliate_preferences"."mails_off" <@ array['new_customer', 'first_commission', 'monthly_summary', 'payout_sent', 'reversal_after_payout', 'held', 'new_terms']);