CREATE TABLE "anomaly_marks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "anomaly_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payment_id" text NOT NULL,
	"former_affiliate_id" text
);
--> statement-breakpoint
CREATE TABLE "anomaly_signals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "anomaly_signals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payment_id" text NOT NULL,
	"rule" text NOT NULL,
	"seq" integer NOT NULL,
	"stands" boolean NOT NULL,
	"affiliate_id" text NOT NULL,
	"action" text NOT NULL,
	"evidence" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "anomaly_signals_action_known" CHECK ("anomaly_signals"."action" in ('void', 'hold', 'notice')),
	CONSTRAINT "anomaly_signals_seq_from_one" CHECK ("anomaly_signals"."seq" >= 1)
);
--> statement-breakpoint
CREATE TABLE "exemptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "exemptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text NOT NULL,
	"rule" text,
	"exempt" boolean NOT NULL,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_traits" (
	"payment_id" text PRIMARY KEY NOT NULL,
	"affiliate_id" text,
	"customer_id" text,
	"paid_at" timestamp with time zone NOT NULL,
	"card_fingerprint" text,
	"payer_digest" text,
	"returned_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "verdicts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"decision" text NOT NULL,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "verdicts_subject_known" CHECK ("verdicts"."subject_kind" in ('payment', 'customer')),
	CONSTRAINT "verdicts_decision_known" CHECK ("verdicts"."decision" in ('void', 'clear', 'hold', 'lift'))
);
--> statement-breakpoint
ALTER TABLE "anomaly_signals" ADD CONSTRAINT "anomaly_signals_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exemptions" ADD CONSTRAINT "exemptions_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "anomaly_signals_once" ON "anomaly_signals" USING btree ("payment_id","rule","seq");--> statement-breakpoint
CREATE INDEX "anomaly_signals_by_time" ON "anomaly_signals" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "anomaly_signals_by_affiliate" ON "anomaly_signals" USING btree ("affiliate_id");--> statement-breakpoint
CREATE INDEX "exemptions_by_affiliate" ON "exemptions" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE INDEX "payment_traits_by_card" ON "payment_traits" USING btree ("card_fingerprint","affiliate_id") WHERE "payment_traits"."card_fingerprint" is not null;--> statement-breakpoint
CREATE INDEX "payment_traits_by_payer" ON "payment_traits" USING btree ("payer_digest","affiliate_id") WHERE "payment_traits"."payer_digest" is not null;--> statement-breakpoint
CREATE INDEX "payment_traits_by_customer" ON "payment_traits" USING btree ("customer_id","paid_at");--> statement-breakpoint
CREATE INDEX "payment_traits_by_affiliate" ON "payment_traits" USING btree ("affiliate_id","paid_at");--> statement-breakpoint
CREATE INDEX "payment_traits_returned" ON "payment_traits" USING btree ("affiliate_id","returned_at") WHERE "payment_traits"."returned_at" is not null;--> statement-breakpoint
CREATE INDEX "verdicts_by_subject" ON "verdicts" USING btree ("subject_id","id");--> statement-breakpoint
CREATE INDEX "facts_by_customer_email" ON "facts" USING btree ((("body"->'email'->>'digest'))) WHERE "facts"."kind" = 'customer';--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['anomaly_signals', 'verdicts', 'exemptions'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
