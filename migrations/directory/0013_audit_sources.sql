ALTER TABLE `audit_events` ADD `source_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_source` ON `audit_events` (`source_id`) WHERE "audit_events"."source_id" IS NOT NULL;