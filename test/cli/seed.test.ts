import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyPassword } from "../../src/auth/passwords/passwords.ts";
import { CAMPAIGN, DEMO_CAMPAIGN_ID, DEMO_PASSWORD, USERS } from "../../src/cli/seed/data.ts";
import { seed } from "../../src/cli/seed/seed.ts";
import { STORE_SPAN } from "../../src/db/leads/provision.ts";

const DIRECTORY = [
  "memberships",
  "legal_terms",
  "companies",
  "company_ancestors",
  "company_memberships",
  "users",
  "user_accesses",
];
const LEADS = ["campaigns", "questions", "question_options"];

async function rows<T = Record<string, unknown>>(database: D1Database, sql: string): Promise<T[]> {
  return (await database.prepare(sql).all<T>()).results;
}

async function everything() {
  const tables = [];
  for (const name of DIRECTORY) tables.push(await rows(env.DIRECTORY, `SELECT * FROM ${name}`));
  for (const name of LEADS) {
    tables.push(
      await rows(env.LEADS_0, `SELECT * FROM ${name}`),
      await rows(env.LEADS_1, `SELECT * FROM ${name}`),
    );
  }
  return tables;
}

describe("seed", () => {
  beforeAll(() => seed(env, 1_000));

  it("changes nothing when it runs again", async () => {
    const before = await everything();
    await seed(env, 2_000);
    expect(await everything()).toEqual(before);
  });

  it("brings nothing back that was removed since", async () => {
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = 5").run();
    await seed(env, 2_000);
    expect(await rows(env.DIRECTORY, "SELECT id FROM user_accesses WHERE user_id = 5")).toEqual([]);
  });

  it("gives every user the password, and the role that the address says", async () => {
    const users = await rows<{
      email: string;
      password_hash: string;
      operator: number;
      access: string | null;
    }>(
      env.DIRECTORY,
      `SELECT email, password_hash, operator, status, accesses.name access FROM users
       LEFT JOIN user_accesses ON user_id = users.id AND "primary" LEFT JOIN accesses ON accesses.id = access_id
       WHERE email <> 'viewer@demo.test' AND status = 'active'`,
    );
    expect(users).toHaveLength(USERS.length - 1);
    for (const { email, password_hash, operator, access } of users) {
      const [role] = email.split("@");
      expect(await verifyPassword(DEMO_PASSWORD, password_hash)).toBe(true);
      expect({ email, operator: operator === 1 ? "operator" : access }).toEqual({ email, operator: role });
    }
  });

  it("puts the companies on their stores, the child under its parent", async () => {
    expect(await rows(env.DIRECTORY, "SELECT name, lead_store FROM companies ORDER BY id")).toEqual([
      { name: "Demo Agency", lead_store: 0 },
      { name: "Demo Agency North", lead_store: 0 },
      { name: "Rival Agency", lead_store: 1 },
    ]);
    expect(
      await rows(
        env.DIRECTORY,
        `SELECT c.name, a.name ancestor, depth FROM company_ancestors
         JOIN companies c ON c.id = company_id JOIN companies a ON a.id = ancestor_id ORDER BY c.id, depth`,
      ),
    ).toEqual([
      { name: "Demo Agency", ancestor: "Demo Agency", depth: 0 },
      { name: "Demo Agency North", ancestor: "Demo Agency North", depth: 0 },
      { name: "Demo Agency North", ancestor: "Demo Agency", depth: 1 },
      { name: "Rival Agency", ancestor: "Rival Agency", depth: 0 },
    ]);
  });

  it("writes the terms with the SHA-256 of their text, in three languages", async () => {
    const terms = await rows<{ body: string; sha256: string; locale: string }>(
      env.DIRECTORY,
      "SELECT body, sha256, locale FROM legal_terms ORDER BY locale",
    );
    expect(terms.map(({ locale }) => locale)).toEqual(["en", "es", "pt"]);
    for (const { body, sha256 } of terms) {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
      expect(sha256).toBe(Buffer.from(digest).toString("hex"));
    }
  });

  it("keeps the campaign in the first store's range of ids, and all links whole", async () => {
    const kinds = await rows<{ id: number; kind: string; campaign_id: number }>(
      env.LEADS_0,
      "SELECT * FROM questions",
    );
    expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(4);
    for (const { id, campaign_id } of kinds) {
      expect(Math.floor(id / STORE_SPAN)).toBe(0);
      expect(campaign_id).toBe(DEMO_CAMPAIGN_ID);
    }
    for (const database of [env.DIRECTORY, env.LEADS_0, env.LEADS_1]) {
      expect(await rows(database, "PRAGMA foreign_key_check")).toEqual([]);
    }
  });

  it("leaves room for the rows that come next, in each store's range", async () => {
    const insert =
      "INSERT INTO campaigns (company_id, name, status, created_at, updated_at) VALUES (3, 'Next', 'draft', 0, 0) RETURNING id";
    expect(await rows(env.LEADS_0, insert)).toEqual([{ id: CAMPAIGN.id + 1 }]);
    expect(await rows(env.LEADS_1, insert)).toEqual([{ id: STORE_SPAN + 1 }]);
  });

  it.each(["staging", "production"])("refuses to run in %s", async (ENVIRONMENT) => {
    const deployed = {
      ...env,
      ENVIRONMENT,
      WEBHOOK_LOOPBACK: "off",
      DNS_OVER_HTTPS: "https://cloudflare-dns.com/dns-query",
    } as unknown as Env;
    await expect(seed(deployed, 1_000)).rejects.toThrow("local installation only");
  });
});
