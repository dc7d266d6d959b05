CREATE TABLE `import_plans` (
	`id` integer PRIMARY KEY NOT NULL,
	`import_id` integer NOT NULL,
	`record_number` integer NOT NULL,
	`lead_id` integer,
	`changed` integer,
	`email` integer,
	`phone` integer,
	`external_id` integer
);
--> statement-breakpoint
CREATE INDEX `import_plans_email` ON `import_plans` (`import_id`,`email`);--> statement-breakpoint
CREATE INDEX `import_plans_phone` ON `import_plans` (`import_id`,`phone`) WHERE "import_plans"."phone" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `import_plans_external_id` ON `import_plans` (`import_id`,`external_id`) WHERE "import_plans"."external_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `import_plans_lead` ON `import_plans` (`import_id`,`lead_id`) WHERE "import_plans"."lead_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `dry_run` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `planned_fields` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `announced` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `committed_at` integer;