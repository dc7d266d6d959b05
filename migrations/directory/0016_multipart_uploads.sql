CREATE TABLE `multipart_uploads` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`company_id` integer,
	`file_name` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text,
	`part_bytes` integer NOT NULL,
	`file_key` text NOT NULL,
	`multipart_id` text,
	`import_code` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `multipart_uploads_file_key` ON `multipart_uploads` (`file_key`);--> statement-breakpoint
CREATE INDEX `multipart_uploads_user` ON `multipart_uploads` (`user_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `multipart_uploads_expires` ON `multipart_uploads` (`expires_at`);--> statement-breakpoint
CREATE TABLE `uploaded_parts` (
	`upload_id` integer NOT NULL,
	`number` integer NOT NULL,
	`attempts` integer NOT NULL,
	`etag` text,
	`probe` text,
	PRIMARY KEY(`upload_id`, `number`),
	FOREIGN KEY (`upload_id`) REFERENCES `multipart_uploads`(`id`) ON UPDATE no action ON DELETE cascade
);
