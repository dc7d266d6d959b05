CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`webhook_id` integer NOT NULL,
	`company_id` integer NOT NULL,
	`event_id` text NOT NULL,
	`event` text NOT NULL,
	`object_id` integer NOT NULL,
	`body` text NOT NULL,
	`status` text DEFAULT 'pending' NOT NULL,
	`next_at` integer NOT NULL,
	`tried_since` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	`attempts` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_pending` ON `webhook_deliveries` (`webhook_id`,`object_id`,`id`) WHERE "webhook_deliveries"."status" = 'pending';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_failed` ON `webhook_deliveries` (`webhook_id`,`ended_at`) WHERE "webhook_deliveries"."status" = 'failed';--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`url` text NOT NULL,
	`description` text,
	`events` text NOT NULL,
	`secrets` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`cursor_row` integer NOT NULL,
	`cursor_object` integer,
	`cursor_type` integer,
	`failing_since` integer,
	`failed_runs` integer DEFAULT 0 NOT NULL,
	`rest_until` integer,
	`switched_off_at` integer,
	`switched_off_reason` text,
	`deleted_at` integer,
	`leased_until` integer,
	`lease_id` text,
	`queued_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_company` ON `webhooks` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhooks_at_work` ON `webhooks` (`company_id`) WHERE "webhooks"."switched_off_at" IS NULL AND "webhooks"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `webhooks_deleted` ON `webhooks` (`id`) WHERE "webhooks"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE TRIGGER webhooks_at_most BEFORE INSERT ON webhooks WHEN (SELECT count(*) FROM webhooks WHERE company_id = NEW.company_id AND deleted_at IS NULL) >= 20 BEGIN SELECT RAISE(ABORT, 'list_full'); END;
--> statement-breakpoint
INSERT INTO sqlite_sequence (name, seq) SELECT 'webhooks', seq / 1000000000000 * 1000000000000 FROM sqlite_sequence WHERE name = 'leads';
--> statement-breakpoint
INSERT INTO sqlite_sequence (name, seq) SELECT 'webhook_deliveries', seq / 1000000000000 * 1000000000000 FROM sqlite_sequence WHERE name = 'leads';
