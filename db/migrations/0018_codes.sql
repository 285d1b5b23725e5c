CREATE TABLE "code_batch_rows" (
	"batch_id" text NOT NULL,
	"line" integer NOT NULL,
	"cells" jsonb NOT NULL,
	"affiliate_id" text,
	"code" text,
	"state" text NOT NULL,
	"message" text,
	CONSTRAINT "code_batch_rows_pkey" PRIMARY KEY("batch_id","line"),
	CONSTRAINT "code_batch_rows_state_known" CHECK ("code_batch_rows"."state" in ('refused', 'ready', 'making', 'made', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "code_batches" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"started_by" text,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "code_batches_state_known" CHECK ("code_batches"."state" in ('checked', 'running', 'done', 'discarded'))
);
--> statement-breakpoint
CREATE TABLE "code_figures" (
	"code" text NOT NULL,
	"currency" text NOT NULL,
	"payments" integer NOT NULL,
	"net_minor" bigint NOT NULL,
	"commission_minor" bigint NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "code_figures_pkey" PRIMARY KEY("code","currency")
);
--> statement-breakpoint
CREATE TABLE "reserved_words" (
	"word" text PRIMARY KEY NOT NULL,
	"anywhere" boolean NOT NULL,
	"reason" text NOT NULL,
	"reserved_by" text NOT NULL,
	"reserved_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reserved_words_folded" CHECK ("reserved_words"."word" ~ '^[A-Z0-9]+$')
);
--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "origin" text DEFAULT 'made' NOT NULL;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "text_chosen" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "duration" text DEFAULT 'forever' NOT NULL;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "duration_in_months" integer;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "first_time_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "minimum_amount_minor" bigint;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "minimum_amount_currency" text;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "only_customer_id" text;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "wanted" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "switch_to" text;--> statement-breakpoint
ALTER TABLE "codes" ADD COLUMN "seen" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "code_decisions" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "code_batch_rows" ADD CONSTRAINT "code_batch_rows_batch_id_code_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."code_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "code_batch_rows" ADD CONSTRAINT "code_batch_rows_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "code_batch_rows_by_state" ON "code_batch_rows" USING btree ("batch_id","state","line");--> statement-breakpoint
CREATE INDEX "code_batches_by_age" ON "code_batches" USING btree ("uploaded_at","id");--> statement-breakpoint
CREATE INDEX "code_batches_running" ON "code_batches" USING btree ("started_at") WHERE "code_batches"."state" = 'running';--> statement-breakpoint
CREATE INDEX "codes_by_age" ON "codes" USING btree ("created_at","code");--> statement-breakpoint
CREATE INDEX CONCURRENTLY "evidence_by_code_text" ON "evidence" USING btree (upper("code_text")) WHERE "evidence"."code_text" is not null;--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_origin_known" CHECK ("codes"."origin" in ('made', 'assigned'));--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_duration_known" CHECK ("codes"."duration" in ('forever', 'once', 'repeating'));--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_months_where_repeating" CHECK (("codes"."duration" = 'repeating') = ("codes"."duration_in_months" is not null));--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_minimum_has_currency" CHECK (("codes"."minimum_amount_minor" is null) = ("codes"."minimum_amount_currency" is null));--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_switch_known" CHECK ("codes"."switch_to" in ('active', 'paused'));--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_switch_is_due" CHECK ("codes"."switch_to" is null or "codes"."provision_at" is not null);