CREATE TABLE `erasures` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`requested_by` integer NOT NULL,
	`person` text,
	`imports_up_to` integer NOT NULL,
	`phase` text DEFAULT 'error_files' NOT NULL,
	`imports_done` integer DEFAULT 0 NOT NULL,
	`progress` text,
	`rewritten_error_files` integer DEFAULT 0 NOT NULL,
	`removed_originals` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`moved_at` integer NOT NULL,
	`leased_until` integer,
	`lease_id` text,
	`queued_at` integer
);
--> statement-breakpoint
CREATE INDEX `erasures_company` ON `erasures` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `erasures_turns` ON `erasures` (`company_id`,`id`) WHERE "erasures"."finished_at" IS NULL;