CREATE TABLE `keyed_requests` (
	`key_hash` text PRIMARY KEY NOT NULL,
	`operation` text NOT NULL,
	`fingerprint` text NOT NULL,
	`lease_id` text NOT NULL,
	`leased_until` integer NOT NULL,
	`object_id` integer,
	`status` integer,
	`body` text,
	`headers` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `keyed_requests_created` ON `keyed_requests` (`created_at`);--> statement-breakpoint
CREATE INDEX `keyed_requests_object` ON `keyed_requests` (`object_id`) WHERE "keyed_requests"."object_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `imports_file_key` ON `imports` (`file_key`) WHERE "imports"."file_key" <> '';--> statement-breakpoint
-- What a keyed request created is written once, by whoever holds its lease: the batch of anybody else fails.
CREATE TRIGGER keyed_requests_once BEFORE UPDATE OF object_id ON keyed_requests WHEN OLD.object_id IS NOT NULL OR OLD.lease_id <> NEW.lease_id BEGIN SELECT RAISE(ABORT, 'key_lost'); END;
