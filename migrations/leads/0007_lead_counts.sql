CREATE TABLE `lead_counts` (
	`company_id` integer PRIMARY KEY NOT NULL,
	`leads` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO lead_counts (company_id, leads)
SELECT company_id, count(*) FROM leads WHERE deleted_at IS NULL GROUP BY company_id;
--> statement-breakpoint
CREATE TRIGGER leads_counted_when_deleted AFTER UPDATE OF deleted_at ON leads WHEN (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) BEGIN UPDATE lead_counts SET leads = leads + iif(NEW.deleted_at IS NULL, 1, -1) WHERE company_id = NEW.company_id; END;
--> statement-breakpoint
CREATE TRIGGER leads_counted_when_erased AFTER DELETE ON leads WHEN OLD.deleted_at IS NULL BEGIN UPDATE lead_counts SET leads = leads - 1 WHERE company_id = OLD.company_id; END;
