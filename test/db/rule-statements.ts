import { env } from "cloudflare:test";
import type { TestCompany, TestUser } from "../harness/factories.ts";

export const prepare = (sql: string, ...values: unknown[]) => env.DIRECTORY.prepare(sql).bind(...values);

export const run = (sql: string, ...values: unknown[]) => prepare(sql, ...values).run();

export const countOf = async (sql: string, ...values: unknown[]) =>
  Number((await prepare(`SELECT count(*) AS n FROM ${sql}`, ...values).first<{ n: number }>())?.n);

export const grant = (user: TestUser, company: TestCompany, access: number, primary = 0) =>
  run(
    `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, ?, ?, 0)`,
    ...[user.id, company.id, access, primary],
  );
