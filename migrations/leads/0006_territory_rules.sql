-- A company has at most 500 sources and 500 territories, however many are written at once.

CREATE TRIGGER lead_sources_at_most BEFORE INSERT ON lead_sources WHEN (SELECT count(*) FROM lead_sources WHERE company_id = NEW.company_id) >= 500 BEGIN SELECT RAISE(ABORT, 'list_full'); END;
--> statement-breakpoint
CREATE TRIGGER territories_at_most BEFORE INSERT ON territories WHEN (SELECT count(*) FROM territories WHERE company_id = NEW.company_id) >= 500 BEGIN SELECT RAISE(ABORT, 'list_full'); END;
