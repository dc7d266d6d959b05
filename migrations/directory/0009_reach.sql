DROP INDEX `invitations_email`;--> statement-breakpoint
CREATE INDEX `invitations_inviter` ON `invitations` (`invited_by`,`created_at`);--> statement-breakpoint
CREATE INDEX `invitations_email` ON `invitations` (`email`,`created_at`);--> statement-breakpoint
ALTER TABLE `companies` ADD `without_owner_since` integer;--> statement-breakpoint
CREATE INDEX `companies_without_owner` ON `companies` (`id`) WHERE "companies"."without_owner_since" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `user_accesses` ADD `suspended_at` integer;--> statement-breakpoint
-- A suspended owner is none: the last one that counts stays.
DROP TRIGGER user_accesses_last_owner_removed;
--> statement-breakpoint
DROP TRIGGER user_accesses_last_owner_changed;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_removed AFTER DELETE ON user_accesses WHEN OLD.access_id = 1 AND OLD.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status <> 'disabled') BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_changed AFTER UPDATE OF access_id, company_id, user_id, suspended_at ON user_accesses WHEN OLD.access_id = 1 AND OLD.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status <> 'disabled') BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
-- Operators disable anyone, the last owner too: who may not is refused by the statement that disables.
DROP TRIGGER users_last_owner_disabled;
--> statement-breakpoint
-- A company that no active user owns, by an access to it or above it, says since when.
CREATE TRIGGER user_accesses_owner_added AFTER INSERT ON user_accesses WHEN NEW.access_id = 1 BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_owner_gone AFTER DELETE ON user_accesses WHEN OLD.access_id = 1 BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = OLD.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_owner_changed AFTER UPDATE OF access_id, suspended_at ON user_accesses WHEN (NEW.access_id = 1) <> (OLD.access_id = 1) OR (NEW.access_id = 1 AND NEW.suspended_at IS NOT OLD.suspended_at) BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active'); END;
--> statement-breakpoint
CREATE TRIGGER users_owner_status AFTER UPDATE OF status ON users WHEN NEW.status <> OLD.status BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id IN (SELECT company_id FROM user_accesses WHERE user_id = NEW.id AND access_id = 1)) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active'); END;
--> statement-breakpoint
UPDATE companies SET without_owner_since = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE NOT EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active');
