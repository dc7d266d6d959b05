CREATE TABLE `import_moved_copies` (
	`import_id` integer NOT NULL,
	`record_number` integer NOT NULL,
	`lead_id` integer NOT NULL,
	`duplicate_of` integer NOT NULL,
	`version` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`import_id`, `record_number`, `lead_id`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `import_moved_copies_lead` ON `import_moved_copies` (`lead_id`);