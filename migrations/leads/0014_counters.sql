CREATE TABLE `campaign_counts` (
	`campaign_id` integer PRIMARY KEY NOT NULL,
	`leads` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `import_counts` (
	`ancestor_id` integer PRIMARY KEY NOT NULL,
	`imports` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `import_scopes` (
	`ancestor_id` integer NOT NULL,
	`import_id` integer NOT NULL,
	PRIMARY KEY(`ancestor_id`, `import_id`)
);
--> statement-breakpoint
ALTER TABLE `imports` ADD `ancestors` text;--> statement-breakpoint
CREATE INDEX `imports_without_ancestors` ON `imports` (`company_id`) WHERE "imports"."ancestors" IS NULL;--> statement-breakpoint
ALTER TABLE `question_options` ADD `answered` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `questions` ADD `answered` integer DEFAULT false NOT NULL;
--> statement-breakpoint
-- What is there already may have answers and is kept as if it had.
UPDATE questions SET answered = 1;
--> statement-breakpoint
UPDATE question_options SET answered = 1;
--> statement-breakpoint
INSERT INTO campaign_counts (campaign_id, leads)
SELECT campaign_id, count(*) FROM leads WHERE deleted_at IS NULL AND campaign_id IS NOT NULL GROUP BY campaign_id;
--> statement-breakpoint
INSERT INTO import_scopes (ancestor_id, import_id) SELECT company_id, id FROM imports;
--> statement-breakpoint
INSERT INTO import_counts (ancestor_id, imports) SELECT company_id, count(*) FROM imports GROUP BY company_id;
--> statement-breakpoint
CREATE TRIGGER imports_scoped AFTER INSERT ON imports BEGIN INSERT INTO import_scopes (ancestor_id, import_id) SELECT NEW.company_id, NEW.id UNION SELECT value, NEW.id FROM json_each(NEW.ancestors); END;
--> statement-breakpoint
CREATE TRIGGER imports_scoped_later AFTER UPDATE OF ancestors ON imports WHEN NEW.ancestors IS NOT NULL BEGIN INSERT INTO import_scopes (ancestor_id, import_id) SELECT value, NEW.id FROM json_each(NEW.ancestors) WHERE NOT EXISTS (SELECT 1 FROM import_scopes s WHERE s.ancestor_id = value AND s.import_id = NEW.id); END;
--> statement-breakpoint
CREATE TRIGGER imports_unscoped AFTER DELETE ON imports BEGIN DELETE FROM import_scopes WHERE import_id = OLD.id AND ancestor_id IN (SELECT OLD.company_id UNION SELECT value FROM json_each(OLD.ancestors)); END;
--> statement-breakpoint
CREATE TRIGGER import_counts_raise AFTER INSERT ON import_scopes BEGIN INSERT INTO import_counts (ancestor_id, imports) VALUES (NEW.ancestor_id, 1) ON CONFLICT (ancestor_id) DO UPDATE SET imports = imports + 1; END;
--> statement-breakpoint
CREATE TRIGGER import_counts_lower AFTER DELETE ON import_scopes BEGIN UPDATE import_counts SET imports = imports - 1 WHERE ancestor_id = OLD.ancestor_id; END;
--> statement-breakpoint
CREATE TRIGGER campaigns_counted_when_changed AFTER UPDATE OF deleted_at, campaign_id ON leads WHEN (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) OR OLD.campaign_id IS NOT NEW.campaign_id BEGIN UPDATE campaign_counts SET leads = leads - 1 WHERE campaign_id = OLD.campaign_id AND OLD.deleted_at IS NULL; INSERT INTO campaign_counts (campaign_id, leads) SELECT NEW.campaign_id, 1 WHERE NEW.campaign_id IS NOT NULL AND NEW.deleted_at IS NULL ON CONFLICT (campaign_id) DO UPDATE SET leads = leads + 1; END;
--> statement-breakpoint
CREATE TRIGGER campaigns_counted_when_erased AFTER DELETE ON leads WHEN OLD.deleted_at IS NULL AND OLD.campaign_id IS NOT NULL BEGIN UPDATE campaign_counts SET leads = leads - 1 WHERE campaign_id = OLD.campaign_id; END;
--> statement-breakpoint
-- An import inserts leads without answers being looked at one by one, so inserting has no such trigger.
CREATE TRIGGER answers_marked AFTER UPDATE OF answers ON leads WHEN NEW.answers IS NOT NULL AND NEW.answers IS NOT OLD.answers BEGIN UPDATE questions SET answered = 1 WHERE answered = 0 AND company_id = NEW.company_id AND id IN (SELECT CAST(key AS INTEGER) FROM json_each(NEW.answers)); UPDATE question_options SET answered = 1 WHERE answered = 0 AND id IN (SELECT o.id FROM json_each(NEW.answers) a CROSS JOIN json_each(iif(a.type = 'array', a.value, json_array(a.value))) v CROSS JOIN question_options o ON o.company_id = NEW.company_id AND o.question_id = CAST(a.key AS INTEGER) AND o.value = v.value); END;
