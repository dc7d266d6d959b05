-- What hangs on a lead is of the same company as the lead. The foreign keys of imports carry the company. Here, the
-- key that this would take on leads would cost every lead that is imported.

CREATE TRIGGER lead_notes_of_one_company BEFORE INSERT ON lead_notes WHEN NEW.company_id IS NOT (SELECT company_id FROM leads WHERE id = NEW.lead_id) BEGIN SELECT RAISE(ABORT, 'other_company'); END;
--> statement-breakpoint
CREATE TRIGGER lead_tags_of_one_company BEFORE INSERT ON lead_tags WHEN NEW.company_id IS NOT (SELECT company_id FROM leads WHERE id = NEW.lead_id) BEGIN SELECT RAISE(ABORT, 'other_company'); END;
--> statement-breakpoint
CREATE TRIGGER lead_stage_changes_of_one_company BEFORE INSERT ON lead_stage_changes WHEN NEW.company_id IS NOT (SELECT company_id FROM leads WHERE id = NEW.lead_id) BEGIN SELECT RAISE(ABORT, 'other_company'); END;
