DROP INDEX `mails_unasked`;--> statement-breakpoint
ALTER TABLE `mails` ADD `asked` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `mails_unasked` ON `mails` (`email`,`created_at`) WHERE asked = 0 AND kind IN ('invitation', 'set_password', 'confirm_email');--> statement-breakpoint
ALTER TABLE `invitations` ADD `declined_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `secured_at` integer;