CREATE TABLE "stripe_calls" (
	"day" date PRIMARY KEY NOT NULL,
	"calls" bigint NOT NULL,
	"limited" bigint NOT NULL,
	"failed" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sweep_counts" (
	"sweep_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"seen" bigint NOT NULL,
	CONSTRAINT "sweep_counts_pkey" PRIMARY KEY("sweep_id","kind")
);
--> statement-breakpoint
CREATE TABLE "sweep_findings" (
	"sweep_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	"verdict" text NOT NULL,
	"sentence" text NOT NULL,
	"payment_id" text,
	"invoice_id" text,
	"customer_id" text,
	"found_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sweep_findings_pkey" PRIMARY KEY("sweep_id","kind","object_id"),
	CONSTRAINT "sweep_findings_verdict_known" CHECK ("sweep_findings"."verdict" in ('healed', 'unexplained'))
);
--> statement-breakpoint
CREATE TABLE "sweep_leakage" (
	"sweep_id" bigint NOT NULL,
	"affiliate_id" text NOT NULL,
	"currency" text NOT NULL,
	"missed_minor" bigint NOT NULL,
	"overpaid_minor" bigint NOT NULL,
	CONSTRAINT "sweep_leakage_pkey" PRIMARY KEY("sweep_id","affiliate_id","currency"),
	CONSTRAINT "sweep_leakage_not_negative" CHECK ("sweep_leakage"."missed_minor" >= 0 and "sweep_leakage"."overpaid_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "sweep_open" (
	"sweep_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"object_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sweep_open_pkey" PRIMARY KEY("sweep_id","kind","object_id")
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sweeps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"begun_by" text NOT NULL,
	"state" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"walk" integer DEFAULT 0 NOT NULL,
	"cursor" text,
	"calls" bigint DEFAULT 0 NOT NULL,
	"limited" bigint DEFAULT 0 NOT NULL,
	"held_by" text,
	"held_until" timestamp with time zone,
	"error" text,
	"truths" jsonb,
	CONSTRAINT "sweeps_state_known" CHECK ("sweeps"."state" in ('running', 'done', 'abandoned')),
	CONSTRAINT "sweeps_begun_by_known" CHECK ("sweeps"."begun_by" in ('nightly', 'by_hand')),
	CONSTRAINT "sweeps_finished_when_over" CHECK (("sweeps"."state" = 'running') = ("sweeps"."finished_at" is null))
);
--> statement-breakpoint
ALTER TABLE "sweep_counts" ADD CONSTRAINT "sweep_counts_sweep_exists" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_findings" ADD CONSTRAINT "sweep_findings_sweep_exists" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_leakage" ADD CONSTRAINT "sweep_leakage_sweep_exists" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_open" ADD CONSTRAINT "sweep_open_sweep_exists" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sweeps_one_at_a_time" ON "sweeps" USING btree ("state") WHERE "sweeps"."state" = 'running';--> statement-breakpoint
CREATE INDEX "facts_of_reversals" ON "facts" USING btree ("kind","object_id") WHERE "facts"."kind" in ('refund', 'dispute');