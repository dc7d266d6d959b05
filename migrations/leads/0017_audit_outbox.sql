CREATE TABLE `audit_outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source_id` text NOT NULL,
	`company_id` integer NOT NULL,
	`actor_id` integer,
	`action` text NOT NULL,
	`object_type` text NOT NULL,
	`object_id` integer NOT NULL,
	`details` text NOT NULL,
	`ip` text,
	`user_agent` text,
	`request_id` text,
	`created_at` integer NOT NULL
);
