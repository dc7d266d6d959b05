CREATE TABLE `api_keys` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`access_id` integer NOT NULL,
	`scopes` text,
	`prefix` text NOT NULL,
	`secret_hash` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`ended_at` integer,
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`access_id`) REFERENCES `accesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "api_keys_id" CHECK("api_keys"."id" > 500000000000),
	CONSTRAINT "api_keys_access" CHECK("api_keys"."access_id" > 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_secret` ON `api_keys` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_company` ON `api_keys` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_creator` ON `api_keys` (`created_by`);--> statement-breakpoint
ALTER TABLE `audit_events` ADD `actor_key_id` integer;--> statement-breakpoint
ALTER TABLE `multipart_uploads` ADD `key_id` integer;--> statement-breakpoint
-- So that the id of who did something tells whether it is a user or a key.
INSERT INTO sqlite_sequence (name, seq) VALUES ('api_keys', 500000000000);