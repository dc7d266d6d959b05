-- An owner counts as one once their mailbox has answered, and while they are active: a company is left by the last of
-- these only where they leave it themselves, which they say by -1 in suspended_at before their access is deleted.
DROP TRIGGER user_accesses_last_owner_removed;
--> statement-breakpoint
DROP TRIGGER user_accesses_last_owner_changed;
--> statement-breakpoint
DROP TRIGGER user_accesses_owner_added;
--> statement-breakpoint
DROP TRIGGER user_accesses_owner_gone;
--> statement-breakpoint
DROP TRIGGER user_accesses_owner_changed;
--> statement-breakpoint
DROP TRIGGER users_owner_status;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_removed AFTER DELETE ON user_accesses WHEN OLD.access_id = 1 AND OLD.suspended_at IS NULL AND EXISTS (SELECT 1 FROM users u WHERE u.id = OLD.user_id AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_changed AFTER UPDATE OF access_id, company_id, user_id, suspended_at ON user_accesses WHEN OLD.access_id = 1 AND OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT -1 AND EXISTS (SELECT 1 FROM users u WHERE u.id = OLD.user_id AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_owner_added AFTER INSERT ON user_accesses WHEN NEW.access_id = 1 BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_owner_gone AFTER DELETE ON user_accesses WHEN OLD.access_id = 1 BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = OLD.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_owner_changed AFTER UPDATE OF access_id, suspended_at ON user_accesses WHEN (NEW.access_id = 1) <> (OLD.access_id = 1) OR (NEW.access_id = 1 AND NEW.suspended_at IS NOT OLD.suspended_at) BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL); END;
--> statement-breakpoint
CREATE TRIGGER users_owner_status AFTER UPDATE OF status, email_confirmed_at ON users WHEN NEW.status <> OLD.status OR (NEW.email_confirmed_at IS NULL) <> (OLD.email_confirmed_at IS NULL) BEGIN UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id IN (SELECT company_id FROM user_accesses WHERE user_id = NEW.id AND access_id = 1)) AND (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL); END;
--> statement-breakpoint
UPDATE companies SET without_owner_since = iif(without_owner_since IS NULL, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL) WHERE (without_owner_since IS NOT NULL) = EXISTS (SELECT 1 FROM company_ancestors up JOIN user_accesses ua ON ua.company_id = up.ancestor_id JOIN users u ON u.id = ua.user_id WHERE up.company_id = companies.id AND ua.access_id = 1 AND ua.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL);
