import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { FORM_TYPE, formBytes, type Part } from "../../harness/form.ts";

/** A file of two leads. */
export const CSV = "email,first_name\nana@example.test,Ana\nluis@example.test,Luis\n";

export let company: TestCompany;
export let manager: TestUser;

/** A company, and somebody who may import into it. */
export async function createParty(): Promise<void> {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
}

/** The bytes of a text. */
export const utf8 = (text: string) => new TextEncoder().encode(text);
export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
export const fileOf = (text = CSV, fileName = "leads.csv"): Part => ({ name: "file", value: text, fileName });
export const field = (name: string, value: string | number): Part => ({ name, value: String(value) });

/** Imports by a form. */
export const sendForm = (parts: Part[], headers: Record<string, string> = {}, token = manager.token) =>
  call("/import", {
    token,
    method: "POST",
    body: formBytes(parts),
    headers: { "Content-Type": FORM_TYPE, ...headers },
  });

/** Imports by a raw body. */
export const sendRaw = (query: string, body: BodyInit | undefined, headers: Record<string, string> = {}) =>
  call(`/import?${query}`, {
    token: manager.token,
    method: "POST",
    ...(body !== undefined && { body }),
    headers: { "Content-Type": "text/csv", ...headers },
  });

/** The keys of all originals in R2. */
export async function originals(): Promise<string[]> {
  const { objects, truncated } = await env.FILES.list({ prefix: "originals/" });
  expect(truncated).toBe(false);
  return objects.map((object) => object.key);
}

/** The rows of all imports. */
export async function importRows(): Promise<Record<string, unknown>[]> {
  const outcomes = await Promise.all(
    [env.LEADS_0, env.LEADS_1].map((store) =>
      store.prepare("SELECT * FROM imports ORDER BY id").all<Record<string, unknown>>(),
    ),
  );
  return outcomes.flatMap(({ results }) => results);
}

/** The row of an import. */
export async function rowOf(code: string): Promise<Record<string, unknown>> {
  const row = (await importRows()).find((one) => one.import_code === code);
  if (!row) throw new Error(`no row of ${code}`);
  return row;
}

/** Checks that a file is in D1 and R2 exactly as it was sent. */
export async function expectStored(code: string, bytes: Uint8Array): Promise<void> {
  const row = await rowOf(code);
  expect(row.file_bytes).toBe(bytes.length);
  expect(row.file_sha256).toBe(sha256(bytes));
  const object = await env.FILES.get(String(row.file_key));
  const stored = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(stored.length).toBe(bytes.length);
  expect(sha256(stored)).toBe(row.file_sha256);
}
