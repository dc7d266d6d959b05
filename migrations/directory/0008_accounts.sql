ALTER TABLE `sessions` ADD `root_id` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `signed_in_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `ip` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `network` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text;--> statement-breakpoint
ALTER TABLE `users` ADD `email_confirmed_at` integer;--> statement-breakpoint
CREATE INDEX `mails_undo` ON `mails` (`email`) WHERE "mails"."kind" = 'email_changed' AND "mails"."link_ended_at" IS NULL;--> statement-breakpoint
-- Who could sign in before has had a link mailed, or an invitation, or was let in by somebody who knew them. Those who
-- have not set a password yet confirm their address by the link that lets them.
UPDATE users SET email_confirmed_at = created_at WHERE status <> 'pending';
--> statement-breakpoint
UPDATE sessions SET
  signed_in_at = (SELECT min(kin.created_at) FROM sessions kin WHERE kin.family = sessions.family),
  root_id = (SELECT nullif(min(kin.id), sessions.id) FROM sessions kin WHERE kin.family = sessions.family);
