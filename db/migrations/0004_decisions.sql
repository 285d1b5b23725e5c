CREATE TABLE "affiliate_status_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "affiliate_status_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"affiliate_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	CONSTRAINT "affiliate_status_changes_status_known" CHECK ("affiliate_status_changes"."status" in ('active', 'suspended', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "code_decisions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "code_decisions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"promotion_code_id" text,
	"coupon_id" text,
	"decision" text NOT NULL,
	"affiliate_id" text,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "code_decisions_about_one" CHECK (("code_decisions"."promotion_code_id" is null) <> ("code_decisions"."coupon_id" is null)),
	CONSTRAINT "code_decisions_decision_known" CHECK ("code_decisions"."decision" in ('house', 'affiliate', 'open')),
	CONSTRAINT "code_decisions_affiliate_named" CHECK (("code_decisions"."decision" = 'affiliate') = ("code_decisions"."affiliate_id" is not null))
);
--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "drift" text;--> statement-breakpoint
ALTER TABLE "affiliate_status_changes" ADD CONSTRAINT "affiliate_status_changes_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_decisions" ADD CONSTRAINT "code_decisions_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "affiliate_status_changes_by_affiliate" ON "affiliate_status_changes" USING btree ("affiliate_id","id");--> statement-breakpoint
CREATE INDEX "code_decisions_by_promotion_code" ON "code_decisions" USING btree ("promotion_code_id","id");--> statement-breakpoint
CREATE INDEX "code_decisions_by_coupon" ON "code_decisions" USING btree ("coupon_id","id");--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['code_decisions', 'affiliate_status_changes'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_append_only', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_no_truncate', t);
  END LOOP;
END $$;
