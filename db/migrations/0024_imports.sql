CREATE TABLE "import_rows" (
	"import_id" text NOT NULL,
	"line" integer NOT NULL,
	"cells" jsonb NOT NULL,
	"wanted" jsonb,
	"plan" text,
	"affiliate_id" text,
	"code" text,
	"promotion_code_id" text,
	"opening_minor" bigint,
	"currency" text,
	"payable_on" date,
	"state" text NOT NULL,
	"message" text,
	CONSTRAINT "import_rows_pkey" PRIMARY KEY("import_id","line"),
	CONSTRAINT "import_rows_state_known" CHECK ("import_rows"."state" in ('read', 'refused', 'ready', 'done', 'failed')),
	CONSTRAINT "import_rows_plan_known" CHECK ("import_rows"."plan" in ('make', 'assign', 'none')),
	CONSTRAINT "import_rows_opening_whole" CHECK (("import_rows"."opening_minor" is null) = ("import_rows"."currency" is null))
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"headings" jsonb NOT NULL,
	"mapping" jsonb NOT NULL,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"started_by" text,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "imports_state_known" CHECK ("imports"."state" in ('mapping', 'checked', 'running', 'done', 'discarded'))
);
--> statement-breakpoint
ALTER TABLE "import_rows" ADD CONSTRAINT "import_rows_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_rows" ADD CONSTRAINT "import_rows_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "import_rows_by_state" ON "import_rows" USING btree ("import_id","state","line");--> statement-breakpoint
CREATE INDEX "imports_by_age" ON "imports" USING btree ("uploaded_at","id");--> statement-breakpoint
CREATE INDEX "imports_running" ON "imports" USING btree ("started_at") WHERE "imports"."state" = 'running';