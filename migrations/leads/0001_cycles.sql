CREATE TABLE `cycles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`lead_goal` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "cycles_end_after_start" CHECK("cycles"."ends_at" > "cycles"."starts_at")
);
--> statement-breakpoint
CREATE INDEX `cycles_company` ON `cycles` (`company_id`,`starts_at`);--> statement-breakpoint
ALTER TABLE `questions` ADD `archived` integer DEFAULT false NOT NULL;