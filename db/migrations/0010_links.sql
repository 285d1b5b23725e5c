CREATE TABLE "landing_pages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "landing_pages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"url" text NOT NULL,
	"label" text NOT NULL,
	"with_below" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "link_days" (
	"affiliate_id" text NOT NULL,
	"link_id" text NOT NULL,
	"day" date NOT NULL,
	"visits" integer NOT NULL,
	CONSTRAINT "link_days_pkey" PRIMARY KEY("affiliate_id","link_id","day"),
	CONSTRAINT "link_days_visits_positive" CHECK ("link_days"."visits" > 0)
);
--> statement-breakpoint
CREATE TABLE "links" (
	"id" text PRIMARY KEY NOT NULL,
	"affiliate_id" text NOT NULL,
	"slug" text NOT NULL,
	"label" text NOT NULL,
	"url" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"archived_at" timestamp with time zone,
	CONSTRAINT "links_slug_plain" CHECK ("links"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
--> statement-breakpoint
CREATE TABLE "materials" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "materials_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"title" text NOT NULL,
	"text" text,
	"picture" "bytea",
	"media_type" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "materials_text_or_picture" CHECK (("materials"."text" is null) <> ("materials"."picture" is null)),
	CONSTRAINT "materials_picture_has_type" CHECK (("materials"."picture" is null) = ("materials"."media_type" is null)),
	CONSTRAINT "materials_type_known" CHECK ("materials"."media_type" in ('image/png', 'image/jpeg', 'image/gif', 'image/webp'))
);
--> statement-breakpoint
CREATE TABLE "visit_salts" (
	"day" date PRIMARY KEY NOT NULL,
	"salt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "visitors" (
	"day" date NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "visitors_pkey" PRIMARY KEY("day","hash")
);
--> statement-breakpoint
CREATE TABLE "sign_ups" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_ups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"handle" text NOT NULL,
	"display_name" text NOT NULL,
	"consented_terms_id" bigint NOT NULL,
	"network_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "affiliates" ADD COLUMN "seen_before_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "link_days" ADD CONSTRAINT "link_days_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_affiliate_id_affiliates_id_fk" FOREIGN KEY ("affiliate_id") REFERENCES "public"."affiliates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "landing_pages_url_once" ON "landing_pages" USING btree ("url");--> statement-breakpoint
CREATE UNIQUE INDEX "links_slug_once" ON "links" USING btree ("affiliate_id","slug");--> statement-breakpoint
CREATE INDEX "materials_by_time" ON "materials" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_ups_email_once" ON "sign_ups" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "sign_ups_handle_once" ON "sign_ups" USING btree (lower("handle"));--> statement-breakpoint
CREATE INDEX "sign_ups_by_network" ON "sign_ups" USING btree ("network_hash","created_at");--> statement-breakpoint
CREATE INDEX "sign_ups_by_expiry" ON "sign_ups" USING btree ("expires_at");