CREATE TABLE `campaigns` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`status` text NOT NULL,
	`starts_at` integer,
	`ends_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaigns_company` ON `campaigns` (`company_id`,`id`);--> statement-breakpoint
CREATE TABLE `import_chunks` (
	`import_id` integer NOT NULL,
	`first_record` integer NOT NULL,
	`records` integer NOT NULL,
	`start_offset` integer NOT NULL,
	`end_offset` integer NOT NULL,
	`leads_after` integer NOT NULL,
	`leads_up_to` integer,
	`written_at` integer NOT NULL,
	PRIMARY KEY(`import_id`, `first_record`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED
);
--> statement-breakpoint
CREATE TABLE `import_matches` (
	`import_id` integer NOT NULL,
	`record_number` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`changed` integer NOT NULL,
	PRIMARY KEY(`import_id`, `record_number`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED,
	FOREIGN KEY (`lead_id`) REFERENCES `leads`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_matches_lead` ON `import_matches` (`import_id`,`lead_id`);--> statement-breakpoint
CREATE TABLE `import_rejections` (
	`import_id` integer NOT NULL,
	`record_number` integer NOT NULL,
	`code` text NOT NULL,
	`reason` text NOT NULL,
	`cells` text NOT NULL,
	PRIMARY KEY(`import_id`, `record_number`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED
);
--> statement-breakpoint
CREATE TABLE `imports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`import_code` text NOT NULL,
	`company_id` integer NOT NULL,
	`campaign_id` integer,
	`imported_by` integer NOT NULL,
	`status` integer DEFAULT 0 NOT NULL,
	`on_duplicate` text NOT NULL,
	`mapping` text,
	`source` text,
	`country` text,
	`file_name` text NOT NULL,
	`file_bytes` integer NOT NULL,
	`file_sha256` text NOT NULL,
	`file_key` text NOT NULL,
	`encoding` text NOT NULL,
	`same_file_as` text,
	`layout` text,
	`checkpoint_offset` integer DEFAULT 0 NOT NULL,
	`next_record` integer DEFAULT 1 NOT NULL,
	`next_line` integer DEFAULT 1 NOT NULL,
	`total_records` integer,
	`created_records` integer DEFAULT 0 NOT NULL,
	`updated_records` integer DEFAULT 0 NOT NULL,
	`unchanged_records` integer DEFAULT 0 NOT NULL,
	`duplicate_records` integer DEFAULT 0 NOT NULL,
	`failed_records` integer DEFAULT 0 NOT NULL,
	`warning_records` integer DEFAULT 0 NOT NULL,
	`report` text,
	`error_file_key` text,
	`failure_code` text,
	`failure_detail` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`moved_at` integer NOT NULL,
	FOREIGN KEY (`company_id`,`campaign_id`) REFERENCES `campaigns`(`company_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "imports_outcomes_add_up" CHECK("imports"."created_records" + "imports"."updated_records" + "imports"."unchanged_records" + "imports"."duplicate_records" + "imports"."failed_records" = "imports"."next_record" - 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `imports_import_code_unique` ON `imports` (`import_code`);--> statement-breakpoint
CREATE UNIQUE INDEX `imports_company` ON `imports` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `imports_company_file` ON `imports` (`company_id`,`file_sha256`);--> statement-breakpoint
CREATE INDEX `imports_unfinished` ON `imports` (`moved_at`) WHERE "imports"."status" IN (0, 1);--> statement-breakpoint
-- Deferred by hand, which the schema cannot say: a statement that inserts thousands of leads then needs no
-- journal of its own to undo itself. They are checked when the batch commits.
CREATE TABLE `leads` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`campaign_id` integer,
	`import_id` integer,
	`record_number` integer,
	`dedupe_key` text NOT NULL,
	`duplicate_of` integer,
	`email` text,
	`phone` text,
	`phone_raw` text,
	`first_name` text,
	`last_name` text,
	`company_name` text,
	`job_title` text,
	`city` text,
	`state` text,
	`country` text,
	`source` text,
	`stage_id` integer NOT NULL,
	`notes` text,
	`external_id` text,
	`answers` text,
	`custom_fields` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`duplicate_of`) REFERENCES `leads`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED,
	FOREIGN KEY (`company_id`,`campaign_id`) REFERENCES `campaigns`(`company_id`,`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED,
	FOREIGN KEY (`company_id`,`import_id`) REFERENCES `imports`(`company_id`,`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED
);
--> statement-breakpoint
CREATE UNIQUE INDEX `leads_dedupe_key` ON `leads` (`company_id`,`dedupe_key`) WHERE "leads"."duplicate_of" IS NULL;--> statement-breakpoint
CREATE INDEX `leads_duplicate_of` ON `leads` (`duplicate_of`) WHERE "leads"."duplicate_of" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `leads_company_campaign` ON `leads` (`company_id`,`campaign_id`,`id`);--> statement-breakpoint
CREATE TABLE `question_options` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`question_id` integer NOT NULL,
	`label` text NOT NULL,
	`value` text NOT NULL,
	`position` integer NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`company_id`,`question_id`) REFERENCES `questions`(`company_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `question_options_value` ON `question_options` (`company_id`,`question_id`,`value`);--> statement-breakpoint
CREATE TABLE `questions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`campaign_id` integer NOT NULL,
	`key` text NOT NULL,
	`text` text NOT NULL,
	`kind` text NOT NULL,
	`required` integer DEFAULT false NOT NULL,
	`position` integer NOT NULL,
	FOREIGN KEY (`company_id`,`campaign_id`) REFERENCES `campaigns`(`company_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `questions_company` ON `questions` (`company_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `questions_campaign_key` ON `questions` (`company_id`,`campaign_id`,`key`);