DROP INDEX `imports_unfinished`;--> statement-breakpoint
ALTER TABLE `imports` ADD `leased_until` integer;--> statement-breakpoint
ALTER TABLE `imports` ADD `lease_id` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `queued_at` integer;--> statement-breakpoint
CREATE INDEX `imports_turns` ON `imports` (`company_id`,`id`) WHERE "imports"."status" IN (0, 1);--> statement-breakpoint
CREATE INDEX `imports_queued` ON `imports` (`queued_at`) WHERE "imports"."queued_at" IS NOT NULL;--> statement-breakpoint
-- The index is worked on under a lease, too.
ALTER TABLE `search_progress` ADD `leased_until` integer;--> statement-breakpoint
ALTER TABLE `search_progress` ADD `lease_id` text;--> statement-breakpoint
ALTER TABLE `search_progress` ADD `queued_at` integer;
