DROP INDEX `leads_dedupe_key`;--> statement-breakpoint
DROP INDEX `leads_company_stage`;--> statement-breakpoint
CREATE INDEX `leads_email` ON `leads` (`company_id`,`email`,`duplicate_of`) WHERE "leads"."email" IS NOT NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_phone` ON `leads` (`company_id`,`phone`,`duplicate_of`,`email`) WHERE "leads"."phone" IS NOT NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
-- An external id belongs to one lead: the first keeps it, the others have it as a custom field from now on.
UPDATE leads SET custom_fields = json_patch(coalesce(custom_fields, '{}'), json_object(iif(custom_fields->>'external_id' IS NULL, 'external_id', 'external_id (2)'), external_id)), external_id = NULL, version = version + 1 WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY company_id, external_id ORDER BY id) AS place FROM leads WHERE external_id IS NOT NULL AND duplicate_of IS NULL AND deleted_at IS NULL) WHERE place > 1);
--> statement-breakpoint
CREATE UNIQUE INDEX `leads_external_id` ON `leads` (`company_id`,`external_id`) WHERE "leads"."external_id" IS NOT NULL AND "leads"."duplicate_of" IS NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_company_stage` ON `leads` (`company_id`,`stage_id`,`created_at`,`id`) WHERE "leads"."stage_id" <> 1 AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
ALTER TABLE `leads` DROP COLUMN `dedupe_key`;--> statement-breakpoint
ALTER TABLE `imports` ADD `match_by` text DEFAULT '["email","phone"]' NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `create_missing` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `constants` text;--> statement-breakpoint
ALTER TABLE `lead_counts` ADD `identity_version` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- Whoever inserts or deletes leads changes their count. An import, which inserts thousands, meets no trigger for each.
CREATE TRIGGER identities_counted AFTER UPDATE OF leads ON lead_counts WHEN NEW.leads IS NOT OLD.leads BEGIN UPDATE lead_counts SET identity_version = identity_version + 1 WHERE company_id = NEW.company_id; END;
--> statement-breakpoint
CREATE TRIGGER identities_changed AFTER UPDATE OF email, phone, external_id, duplicate_of ON leads WHEN NEW.email IS NOT OLD.email OR NEW.phone IS NOT OLD.phone OR NEW.external_id IS NOT OLD.external_id OR NEW.duplicate_of IS NOT OLD.duplicate_of BEGIN UPDATE lead_counts SET identity_version = identity_version + 1 WHERE company_id = NEW.company_id; END;
