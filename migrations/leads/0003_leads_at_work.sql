CREATE TABLE `lead_notes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`author_id` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`lead_id`) REFERENCES `leads`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lead_notes_lead` ON `lead_notes` (`lead_id`,`id`);--> statement-breakpoint
CREATE TABLE `lead_stage_changes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`from_stage_id` integer NOT NULL,
	`to_stage_id` integer NOT NULL,
	`changed_by` integer,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`lead_id`) REFERENCES `leads`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lead_stage_changes_lead` ON `lead_stage_changes` (`lead_id`,`id`);--> statement-breakpoint
CREATE INDEX `lead_stage_changes_company` ON `lead_stage_changes` (`company_id`,`changed_at`);--> statement-breakpoint
CREATE TABLE `lead_tags` (
	`company_id` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`lead_id`, `tag`),
	FOREIGN KEY (`lead_id`) REFERENCES `leads`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lead_tags_company` ON `lead_tags` (`company_id`,`tag`,`lead_id`);--> statement-breakpoint
DROP INDEX `leads_dedupe_key`;--> statement-breakpoint
DROP INDEX `leads_company_campaign`;--> statement-breakpoint
ALTER TABLE `leads` ADD `assigned_to` integer;--> statement-breakpoint
ALTER TABLE `leads` ADD `version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `leads` ADD `deleted_at` integer;--> statement-breakpoint
CREATE INDEX `leads_company_created` ON `leads` (`company_id`,`created_at`,`id`,`assigned_to`) WHERE "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_company_stage` ON `leads` (`company_id`,`stage_id`,`created_at`,`id`) WHERE "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_company_assignee` ON `leads` (`company_id`,`assigned_to`,`created_at`,`id`) WHERE "leads"."assigned_to" IS NOT NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_company_assignee_stage` ON `leads` (`company_id`,`assigned_to`,`stage_id`,`created_at`,`id`) WHERE "leads"."assigned_to" IS NOT NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_deleted` ON `leads` (`deleted_at`) WHERE "leads"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `leads_dedupe_key` ON `leads` (`company_id`,`dedupe_key`) WHERE "leads"."duplicate_of" IS NULL AND "leads"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_company_campaign` ON `leads` (`company_id`,`campaign_id`,`created_at`,`id`) WHERE "leads"."deleted_at" IS NULL;