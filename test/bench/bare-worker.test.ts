import { describe, expect, it } from "vitest";
import { loadActor } from "../../src/auth/actor.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { listImports } from "../../src/imports/list/list-imports.ts";
import { importsQuery } from "../../src/imports/list/list-query.ts";
import { findImport } from "../../src/imports/queries.ts";
import { STATEMENTS } from "./bare-statements.ts";

describe("the bare Worker", () => {
  it("runs the statements of the product", async () => {
    const { statements, database } = recorder();
    const tenant = mintTenant(0, database, [1]);
    await loadActor(database, { userId: 1, version: 0, session: "", expiresAt: 0 });
    await findImport(mintTenant(0, database, "all"), "imp_x");
    await listImports(
      { tenants: [tenant], below: true },
      importsQuery.read(importsQuery.schema.parse({ limit: "25" })),
    );
    expect(statements).toEqual(Object.values(STATEMENTS));
  });
});

/** A database without rows that notes what it is asked. */
function recorder(): { statements: string[]; database: D1Database } {
  const statements: string[] = [];
  const statement = { bind: () => statement, raw: async () => [], all: async () => ({ results: [] }) };
  const database = {
    prepare(sql: string) {
      statements.push(sql);
      return statement;
    },
    batch: async (batch: unknown[]) => batch.map(() => ({ results: [] })),
  };
  return { statements, database: database as unknown as D1Database };
}
