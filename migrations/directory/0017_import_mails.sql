ALTER TABLE `mails` ADD `import_id` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `import_mails` integer DEFAULT true NOT NULL;