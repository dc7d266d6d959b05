CREATE TABLE `import_announcements` (
	`import_id` integer NOT NULL,
	`first_record` integer NOT NULL,
	`outcomes` blob NOT NULL,
	PRIMARY KEY(`import_id`, `first_record`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `imports` ADD `differing_records` integer;