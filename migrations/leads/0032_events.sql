CREATE TABLE `events` (
	`company_id` integer NOT NULL,
	`id` integer NOT NULL,
	`type` text NOT NULL,
	`object_id` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` integer,
	`details` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`company_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- A chunk of an import that writes leads: one row for all of its leads.
CREATE TRIGGER import_chunks_told AFTER INSERT ON import_chunks WHEN (SELECT dry_run FROM imports WHERE id = NEW.import_id) = 0 BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT i.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = i.company_id), 'import.chunk', i.id, iif(i.imported_by > 500000000000, 'api_key', 'user'), i.imported_by, json_object('first_record', NEW.first_record), NEW.written_at FROM imports i WHERE i.id = NEW.import_id; END;
--> statement-breakpoint
-- Ids above 500,000,000,000 are those of API keys. An import that is there, and each of its states: a chunk changes none.
CREATE TRIGGER imports_told AFTER INSERT ON imports BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT NEW.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = NEW.company_id), 'import.created', NEW.id, iif(NEW.imported_by > 500000000000, 'api_key', 'user'), NEW.imported_by, '{}', NEW.created_at; END;
--> statement-breakpoint
CREATE TRIGGER states_of_imports_told AFTER UPDATE OF status ON imports WHEN OLD.status <> NEW.status BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT NEW.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = NEW.company_id), 'import.' || json_extract('["resumed","started","completed","completed","failed","cancelled","validated","undone"]', '$[' || NEW.status || ']'), NEW.id, 'system', NULL, json_object('status', NEW.status), iif(NEW.status = 7, coalesce((SELECT u.finished_at FROM import_undos u WHERE u.import_id = NEW.id), NEW.moved_at), NEW.moved_at); END;
--> statement-breakpoint
-- A copy that is of another lead from then on, for whatever reason. An import inserts copies, and changes this of few.
CREATE TRIGGER copies_told AFTER UPDATE OF duplicate_of ON leads WHEN OLD.duplicate_of IS NOT NEW.duplicate_of AND OLD.deleted_at IS NULL AND NEW.deleted_at IS NULL BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT NEW.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = NEW.company_id), 'lead.updated', NEW.id, 'system', NULL, json_object('changed', json_array('duplicate_of')), NEW.updated_at; END;
