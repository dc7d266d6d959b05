import { env } from "cloudflare:test";
import { createUpload } from "../../imports/upload/parts/create-upload.ts";
import { KEY_SCENARIOS } from "./key-scenarios.ts";
import type { Scenario, World } from "./scenarios.ts";

/** Files that come in parts, and API keys. */
export const OTHER_SCENARIOS: Record<string, (world: World) => Scenario | Promise<Scenario>> = {
  ...KEY_SCENARIOS,
  openUpload: ({ company, owner }) => {
    const name = `${crypto.randomUUID()}.csv`;
    return {
      path: "/import/uploads",
      asked: {
        method: "POST",
        token: owner.token,
        json: { file_name: name, bytes: 5, company_id: company.id },
      },
      count: () => count(env.DIRECTORY, "multipart_uploads WHERE file_name = ?", name),
    };
  },
  completeUpload: async ({ company, owner }) => {
    const source = crypto.randomUUID();
    const id = await createUpload(owner, `email\n${source}@once.test\n`);
    return {
      path: `/import/uploads/${id}/complete`,
      asked: { method: "POST", token: owner.token, json: { company_id: company.id, source } },
      count: () => count(company.database, "imports WHERE source = ?", source),
    };
  },
};

async function count(database: D1Database, what: string, value: string): Promise<number> {
  const row = await database.prepare(`SELECT count(*) AS n FROM ${what}`).bind(value).first<{ n: number }>();
  return row?.n ?? 0;
}
