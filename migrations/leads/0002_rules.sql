-- The cycles of a company never overlap, however many are written at once.

CREATE TRIGGER cycles_overlap_on_insert BEFORE INSERT ON cycles WHEN EXISTS (SELECT 1 FROM cycles WHERE company_id = NEW.company_id AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at) BEGIN SELECT RAISE(ABORT, 'cycle_overlaps'); END;
--> statement-breakpoint
CREATE TRIGGER cycles_overlap_on_update BEFORE UPDATE OF company_id, starts_at, ends_at ON cycles WHEN EXISTS (SELECT 1 FROM cycles WHERE company_id = NEW.company_id AND id <> NEW.id AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at) BEGIN SELECT RAISE(ABORT, 'cycle_overlaps'); END;
