import { DatabaseSync } from "node:sqlite";

/** Opens the database of the server, or makes it. */
export function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 5000;
    CREATE TABLE IF NOT EXISTS imports (
      id INTEGER PRIMARY KEY,
      company_id INTEGER NOT NULL,
      campaign_id INTEGER NOT NULL,
      file_name TEXT NOT NULL,
      path TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      status TEXT NOT NULL DEFAULT 'pending',
      failure TEXT,
      total INTEGER NOT NULL DEFAULT 0,
      created INTEGER NOT NULL DEFAULT 0,
      duplicate INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      warnings INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      finished_at INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS leads (
      id INTEGER PRIMARY KEY,
      company_id INTEGER NOT NULL,
      campaign_id INTEGER NOT NULL,
      import_id INTEGER NOT NULL REFERENCES imports (id),
      record_number INTEGER NOT NULL,
      dedupe_key TEXT NOT NULL,
      email TEXT,
      phone TEXT,
      phone_raw TEXT,
      first_name TEXT,
      last_name TEXT,
      company_name TEXT,
      job_title TEXT,
      city TEXT,
      state TEXT,
      country TEXT,
      source TEXT,
      stage TEXT NOT NULL DEFAULT 'new',
      notes TEXT,
      external_id TEXT,
      answers TEXT,
      custom_fields TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS leads_dedupe_key ON leads (company_id, dedupe_key);
    CREATE INDEX IF NOT EXISTS leads_created ON leads (company_id, created_at, id);
    CREATE INDEX IF NOT EXISTS leads_campaign ON leads (company_id, campaign_id, created_at, id);
    CREATE INDEX IF NOT EXISTS leads_stage ON leads (company_id, stage, created_at, id);
    CREATE INDEX IF NOT EXISTS leads_phone ON leads (company_id, phone) WHERE phone IS NOT NULL;
  `);
  return db;
}
