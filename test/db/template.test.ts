import { applyD1Migrations, env } from "cloudflare:test";
import { expect, test } from "vitest";
import { provisionStore } from "../../src/db/leads/provision.ts";
import { emptyDatabases } from "../harness/databases/empty-databases.ts";
import { applyTemplate, readTemplate } from "../harness/databases/template.ts";

const DATABASES = [env.DIRECTORY, env.LEADS_1];

test("what a file of tests is given is what the migrations come to", async () => {
  await emptyDatabases(DATABASES);
  await applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS);
  await applyD1Migrations(env.LEADS_1, env.LEADS_MIGRATIONS);
  await provisionStore(env.LEADS_1, 1);
  const migrated = await Promise.all(DATABASES.map(readTemplate));
  for (const { tables, rows, sequences, others } of migrated) {
    expect(tables.length).toBeGreaterThan(15);
    expect(others.length).toBeGreaterThan(15);
    expect(rows.length + sequences.length).toBeGreaterThan(1);
  }
  await emptyDatabases(DATABASES);
  await Promise.all(
    DATABASES.map(async (database, index) => {
      const template = migrated[index];
      if (!template) throw new Error("no template");
      await applyTemplate(database, template);
      expect(await readTemplate(database)).toEqual(template);
    }),
  );
});
