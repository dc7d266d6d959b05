CREATE INDEX `invitations_company` ON `invitations` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `mails_invitation` ON `mails` (`invitation_id`) WHERE "mails"."invitation_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);