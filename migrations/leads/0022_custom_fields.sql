CREATE TABLE `custom_field_counts` (
	`company_id` integer PRIMARY KEY NOT NULL,
	`due_at` integer NOT NULL,
	`started_at` integer,
	`after_created_at` integer,
	`after_id` integer,
	`finished_at` integer,
	`complete` integer DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE INDEX `custom_field_counts_due` ON `custom_field_counts` (`due_at`);--> statement-breakpoint
CREATE TABLE `custom_fields` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`kind` text,
	`leads` integer,
	`counted_at` integer,
	`counting` integer DEFAULT 0 NOT NULL,
	`counting_kind` text,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_fields_name` ON `custom_fields` (`company_id`,`name`);--> statement-breakpoint
-- A store that has its range of ids already has it for this table, too.
INSERT INTO sqlite_sequence (name, seq) SELECT 'custom_fields', seq / 1000000000000 * 1000000000000 FROM sqlite_sequence WHERE name = 'leads';
--> statement-breakpoint
-- What a write brings is limited. A name that a count finds in leads is registered however many there are.
CREATE TRIGGER custom_fields_at_most AFTER INSERT ON custom_fields WHEN NEW.leads IS NULL AND NEW.counting = 0 AND (SELECT count(*) FROM custom_fields WHERE company_id = NEW.company_id) > 1000 BEGIN SELECT RAISE(ABORT, 'custom_fields_full'); END;
--> statement-breakpoint
-- A new name is counted soon, but not more than once an hour.
CREATE TRIGGER custom_fields_due AFTER INSERT ON custom_fields BEGIN INSERT INTO custom_field_counts (company_id, due_at) VALUES (NEW.company_id, NEW.seen_at) ON CONFLICT (company_id) DO UPDATE SET due_at = min(due_at, max(NEW.seen_at, coalesce(finished_at + 3600000, 0))); END;
--> statement-breakpoint
-- Leads from before there was a register: their names are registered when they are counted.
INSERT INTO custom_field_counts (company_id, due_at, complete) SELECT company_id, 0, 0 FROM lead_counts WHERE leads > 0;
