CREATE TABLE `access_roots` (
	`user_id` integer NOT NULL,
	`company_id` integer NOT NULL,
	`access_id` integer NOT NULL,
	PRIMARY KEY(`user_id`, `company_id`)
);
--> statement-breakpoint
CREATE TABLE `company_counts` (
	`company_id` integer PRIMARY KEY NOT NULL,
	`companies` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `lead_stores` (
	`store` integer PRIMARY KEY NOT NULL,
	`companies` integer NOT NULL,
	`bytes` integer,
	`measured_at` integer
);
--> statement-breakpoint
CREATE INDEX `company_memberships_company` ON `company_memberships` (`company_id`,`id`);--> statement-breakpoint
CREATE INDEX `user_accesses_suspended` ON `user_accesses` (`user_id`) WHERE "user_accesses"."suspended_at" IS NOT NULL;--> statement-breakpoint
INSERT INTO company_counts (company_id, companies) SELECT ancestor_id, count(*) FROM company_ancestors GROUP BY ancestor_id;
--> statement-breakpoint
INSERT INTO access_roots (user_id, company_id, access_id)
SELECT ua.user_id, ua.company_id, ua.access_id FROM user_accesses ua
WHERE ua.suspended_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM company_ancestors ca JOIN user_accesses o ON o.user_id = ua.user_id AND o.company_id = ca.ancestor_id
  WHERE ca.company_id = ua.company_id AND ca.depth > 0 AND o.access_id <= ua.access_id AND o.suspended_at IS NULL);
--> statement-breakpoint
-- A company stays where it is in its tree, and an access stays with its user and its company: what is kept below is
-- right as long as that holds.
CREATE TRIGGER company_ancestors_stay BEFORE UPDATE ON company_ancestors BEGIN SELECT RAISE(ABORT, 'fixed'); END;
--> statement-breakpoint
CREATE TRIGGER user_accesses_stay BEFORE UPDATE OF user_id, company_id ON user_accesses WHEN OLD.user_id <> NEW.user_id OR OLD.company_id <> NEW.company_id BEGIN SELECT RAISE(ABORT, 'fixed'); END;
--> statement-breakpoint
CREATE TRIGGER company_counts_raise AFTER INSERT ON company_ancestors BEGIN INSERT INTO company_counts (company_id, companies) VALUES (NEW.ancestor_id, 1) ON CONFLICT (company_id) DO UPDATE SET companies = companies + 1; END;
--> statement-breakpoint
CREATE TRIGGER company_counts_lower AFTER DELETE ON company_ancestors BEGIN UPDATE company_counts SET companies = companies - 1 WHERE company_id = OLD.ancestor_id; END;
--> statement-breakpoint
-- A new access implies those below it that are not stronger, and is a root unless one above implies it.
CREATE TRIGGER access_roots_of_new AFTER INSERT ON user_accesses WHEN NEW.suspended_at IS NULL BEGIN DELETE FROM access_roots WHERE user_id = NEW.user_id AND access_id >= NEW.access_id AND company_id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id AND depth > 0); INSERT INTO access_roots (user_id, company_id, access_id) SELECT NEW.user_id, NEW.company_id, NEW.access_id WHERE NOT EXISTS (SELECT 1 FROM company_ancestors ca JOIN access_roots r ON r.user_id = NEW.user_id AND r.company_id = ca.ancestor_id WHERE ca.company_id = NEW.company_id AND ca.depth > 0 AND r.access_id <= NEW.access_id); END;
--> statement-breakpoint
-- Where a root goes, the accesses below that nothing else implies become roots.
CREATE TRIGGER access_roots_of_removed AFTER DELETE ON user_accesses WHEN EXISTS (SELECT 1 FROM access_roots WHERE user_id = OLD.user_id AND company_id = OLD.company_id) BEGIN DELETE FROM access_roots WHERE user_id = OLD.user_id AND company_id = OLD.company_id; INSERT INTO access_roots (user_id, company_id, access_id) SELECT ua.user_id, ua.company_id, ua.access_id FROM company_ancestors below CROSS JOIN user_accesses ua ON ua.user_id = OLD.user_id AND ua.company_id = below.company_id WHERE ua.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM access_roots r WHERE r.user_id = ua.user_id AND r.company_id = ua.company_id) AND below.ancestor_id = OLD.company_id AND NOT EXISTS (SELECT 1 FROM company_ancestors ca JOIN user_accesses o ON o.user_id = ua.user_id AND o.company_id = ca.ancestor_id WHERE ca.company_id = ua.company_id AND ca.depth > 0 AND o.access_id <= ua.access_id AND o.suspended_at IS NULL); END;
--> statement-breakpoint
-- A changed access is one that goes and one that comes. A suspended one counts for nothing.
CREATE TRIGGER access_roots_of_changed AFTER UPDATE OF access_id, suspended_at ON user_accesses WHEN OLD.access_id <> NEW.access_id OR (OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL) BEGIN DELETE FROM access_roots WHERE user_id = NEW.user_id AND company_id = NEW.company_id; INSERT INTO access_roots (user_id, company_id, access_id) SELECT ua.user_id, ua.company_id, ua.access_id FROM company_ancestors below CROSS JOIN user_accesses ua ON ua.user_id = NEW.user_id AND ua.company_id = below.company_id WHERE ua.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM access_roots r WHERE r.user_id = ua.user_id AND r.company_id = ua.company_id) AND below.ancestor_id = NEW.company_id AND NOT EXISTS (SELECT 1 FROM company_ancestors ca JOIN user_accesses o ON o.user_id = ua.user_id AND o.company_id = ca.ancestor_id WHERE ca.company_id = ua.company_id AND ca.depth > 0 AND o.access_id <= ua.access_id AND o.suspended_at IS NULL); DELETE FROM access_roots WHERE NEW.suspended_at IS NULL AND user_id = NEW.user_id AND access_id >= NEW.access_id AND company_id IN (SELECT company_id FROM company_ancestors WHERE ancestor_id = NEW.company_id AND depth > 0); END;
--> statement-breakpoint
INSERT INTO lead_stores (store, companies) SELECT lead_store, count(*) FROM companies GROUP BY lead_store;
--> statement-breakpoint
CREATE TRIGGER lead_stores_raise AFTER INSERT ON companies BEGIN INSERT INTO lead_stores (store, companies) VALUES (NEW.lead_store, 1) ON CONFLICT (store) DO UPDATE SET companies = companies + 1; END;
