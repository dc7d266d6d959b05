ALTER TABLE `imports` ADD `is_batch` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `imports_files` ON `imports` (`company_id`,`id`) WHERE "imports"."is_batch" = 0;
--> statement-breakpoint
CREATE INDEX `imports_all_files` ON `imports` (`id`) WHERE "imports"."is_batch" = 0;
--> statement-breakpoint
-- No list of imports has batches.
DROP TRIGGER imports_scoped;
--> statement-breakpoint
CREATE TRIGGER imports_scoped AFTER INSERT ON imports WHEN NEW.is_batch = 0 BEGIN INSERT INTO import_scopes (ancestor_id, import_id) SELECT NEW.company_id, NEW.id UNION SELECT value, NEW.id FROM json_each(NEW.ancestors); END;
--> statement-breakpoint
-- A batch begins and ends in one transaction: its chunk tells all of it, save that it was taken back.
DROP TRIGGER imports_told;
--> statement-breakpoint
CREATE TRIGGER imports_told AFTER INSERT ON imports WHEN NEW.is_batch = 0 BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT NEW.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = NEW.company_id), 'import.created', NEW.id, iif(NEW.imported_by > 500000000000, 'api_key', 'user'), NEW.imported_by, '{}', NEW.created_at; END;
--> statement-breakpoint
DROP TRIGGER states_of_imports_told;
--> statement-breakpoint
CREATE TRIGGER states_of_imports_told AFTER UPDATE OF status ON imports WHEN OLD.status <> NEW.status AND (NEW.is_batch = 0 OR NEW.status = 7) BEGIN INSERT INTO events (company_id, id, type, object_id, actor_kind, actor_id, details, created_at) SELECT NEW.company_id, (SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = NEW.company_id), 'import.' || json_extract('["resumed","started","completed","completed","failed","cancelled","validated","undone"]', '$[' || NEW.status || ']'), NEW.id, 'system', NULL, json_object('status', NEW.status), iif(NEW.status = 7, coalesce((SELECT u.finished_at FROM import_undos u WHERE u.import_id = NEW.id), NEW.moved_at), NEW.moved_at); END;
