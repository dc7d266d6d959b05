-- Rules that no code path can forget: SQLite itself refuses what breaks one.

CREATE TRIGGER refusals_refuse BEFORE INSERT ON refusals BEGIN SELECT RAISE(ABORT, NEW.reason); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_removed AFTER DELETE ON user_accesses WHEN OLD.access_id = 1 AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND u.status <> 'disabled') BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_last_owner_changed AFTER UPDATE OF access_id, company_id, user_id ON user_accesses WHEN OLD.access_id = 1 AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = OLD.company_id AND ua.access_id = 1 AND u.status <> 'disabled') BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
CREATE TRIGGER users_last_owner_disabled AFTER UPDATE OF status ON users WHEN NEW.status = 'disabled' AND OLD.status <> 'disabled' AND EXISTS (SELECT 1 FROM user_accesses mine WHERE mine.user_id = NEW.id AND mine.access_id = 1 AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN users u ON u.id = ua.user_id WHERE ua.company_id = mine.company_id AND ua.access_id = 1 AND u.status <> 'disabled')) BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
--> statement-breakpoint
-- Exactly one access of a user is primary: the first one is, and where it goes the oldest takes its place.
CREATE TRIGGER user_accesses_first_is_primary AFTER INSERT ON user_accesses WHEN NOT EXISTS (SELECT 1 FROM user_accesses WHERE user_id = NEW.user_id AND "primary" = 1) BEGIN UPDATE user_accesses SET "primary" = 1 WHERE id = NEW.id; END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_next_primary AFTER DELETE ON user_accesses WHEN OLD."primary" = 1 BEGIN UPDATE user_accesses SET "primary" = 1 WHERE id = (SELECT min(id) FROM user_accesses WHERE user_id = OLD.user_id); END;
--> statement-breakpoint
CREATE TRIGGER legal_approvals_keep BEFORE UPDATE ON legal_approvals BEGIN SELECT RAISE(ABORT, 'append_only'); END;
--> statement-breakpoint
CREATE TRIGGER legal_approvals_stay BEFORE DELETE ON legal_approvals BEGIN SELECT RAISE(ABORT, 'append_only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'append_only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'append_only'); END;
