CREATE TABLE `import_spared` (
	`import_id` integer NOT NULL,
	`record_number` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`import_id`, `record_number`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `import_undos` (
	`id` integer PRIMARY KEY NOT NULL,
	`import_id` integer NOT NULL,
	`company_id` integer NOT NULL,
	`requested_by` integer NOT NULL,
	`next_record` integer NOT NULL,
	`deleted_records` integer DEFAULT 0 NOT NULL,
	`restored_records` integer DEFAULT 0 NOT NULL,
	`spared_records` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`moved_at` integer NOT NULL,
	`leased_until` integer,
	`lease_id` text,
	`queued_at` integer,
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_undos_import` ON `import_undos` (`import_id`);--> statement-breakpoint
CREATE INDEX `import_undos_turns` ON `import_undos` (`company_id`,`id`) WHERE "import_undos"."finished_at" IS NULL;--> statement-breakpoint
ALTER TABLE `import_matches` ADD `before` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `images_from` integer;--> statement-breakpoint
CREATE INDEX `imports_images` ON `imports` (`finished_at`) WHERE "imports"."images_from" IS NOT NULL;