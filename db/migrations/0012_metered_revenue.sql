CREATE TABLE "metered_revenue" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "metered_revenue_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"price_id" text NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone NOT NULL,
	"currency" text NOT NULL,
	"net_minor" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "metered_revenue_once" ON "metered_revenue" USING btree ("subscription_id","invoice_id","price_id","period_start","period_end");--> statement-breakpoint
CREATE INDEX "metered_revenue_by_customer" ON "metered_revenue" USING btree ("customer_id");--> statement-breakpoint
CREATE TRIGGER "metered_revenue_append_only" BEFORE UPDATE OR DELETE ON "metered_revenue" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER "metered_revenue_no_truncate" BEFORE TRUNCATE ON "metered_revenue" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
