CREATE INDEX `leads_company_updated` ON `leads` (`company_id`,`updated_at`,`id`) WHERE "leads"."updated_at" <> "leads"."created_at" AND "leads"."deleted_at" IS NULL;
--> statement-breakpoint
UPDATE imports SET images_from = 1 WHERE is_batch = 1 AND images_from IS NULL AND finished_at IS NOT NULL;
