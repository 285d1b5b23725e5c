ALTER TABLE "sweeps" ADD COLUMN "totals" jsonb;--> statement-breakpoint
UPDATE "sweeps" s SET "totals" = jsonb_build_object(
  'seen', (select coalesce(sum(c."seen"), 0) from "sweep_counts" c where c."sweep_id" = s."id"),
  'healed', (select count(*) from "sweep_findings" f where f."sweep_id" = s."id" and f."verdict" = 'healed'),
  'unexplained', (select count(*) from "sweep_findings" f where f."sweep_id" = s."id" and f."verdict" = 'unexplained'),
  'saved', (select coalesce(jsonb_agg(jsonb_build_object('currency', t."currency", 'minor', t."minor"::text) order by t."currency"), '[]')
            from (select "currency", sum("missed_minor" + "overpaid_minor") as "minor"
                  from "sweep_leakage" where "sweep_id" = s."id" group by "currency") t)
) WHERE s."state" = 'done';--> statement-breakpoint
CREATE INDEX CONCURRENTLY "sweep_leakage_by_amount" ON "sweep_leakage" USING btree ("sweep_id","currency",("missed_minor" + "overpaid_minor"),"affiliate_id");
