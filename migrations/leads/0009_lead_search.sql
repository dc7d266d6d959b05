-- The index that finds parts of words in leads. It holds where three letters follow each other, and no texts.
--
-- The id of a row is the number of its company in this store, then the lead within the store (40 bits): the leads
-- of a company lie together, in the order in which they came, so that a search never walks through those of another.

CREATE VIRTUAL TABLE lead_search USING fts5(
  lead_name, lead_email, lead_phone, lead_company,
  content='', contentless_delete=1, tokenize='trigram remove_diacritics 1'
);
--> statement-breakpoint
CREATE TABLE search_companies (
  number INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL UNIQUE
);
--> statement-breakpoint
-- How far the index has come: the highest lead, and the latest chunk of an import that updates leads.
CREATE TABLE search_progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  leads_up_to INTEGER NOT NULL,
  chunks_up_to INTEGER NOT NULL
);
--> statement-breakpoint
INSERT INTO search_progress (id, leads_up_to, chunks_up_to) VALUES (1, 0, 0);
--> statement-breakpoint
CREATE TRIGGER lead_search_forgets AFTER DELETE ON leads BEGIN DELETE FROM lead_search WHERE rowid = (SELECT number << 40 | OLD.id % 1000000000000 FROM search_companies WHERE company_id = OLD.company_id); END;
