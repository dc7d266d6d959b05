import { createHash } from "node:crypto";
import { expect } from "vitest";
import { bodyOf, call } from "../../../harness/api.ts";
import type { TestCompany, TestUser } from "../../../harness/factories.ts";

export const PART_BYTES = 8 * 1024 * 1024;

export const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
export const digestOf = (bytes: Uint8Array) =>
  `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;

/** Text as the bytes of a body. */
export const utf8 = (text: string) => new Uint8Array(new TextEncoder().encode(text));

let files = 0;

export interface ManyParts {
  bytes: Uint8Array<ArrayBuffer>;
  records: number;
  parts: Uint8Array<ArrayBuffer>[];
}

/** A file of two parts with few records, whose notes are long. @param last how many bytes its last part has. */
export function twoParts(last = 1000): ManyParts {
  files += 1;
  const header = "email,notes\n";
  const records = 300;
  const begins = Array.from({ length: records }, (_, n) => `f${files}-${n}@parts.test,`);
  let left = PART_BYTES + last - header.length - begins.join("").length - records;
  const lines = begins.map((begin, n) => {
    const length = Math.floor(left / (records - n));
    left -= length;
    return `${begin}${"ñ".repeat(length >> 1)}${"x".repeat(length & 1)}\n`;
  });
  const bytes = utf8(header + lines.join(""));
  return { bytes, records, parts: cut(bytes) };
}

/** Cuts a file into its parts. */
export function cut(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) parts.push(bytes.slice(at, at + PART_BYTES));
  return parts;
}

/** Opens an upload. @returns it. */
export async function open(user: Pick<TestUser, "token">, fields: Record<string, unknown>) {
  const json = { file_name: "leads.csv", ...fields };
  return (await bodyOf(call("/import/uploads", { method: "POST", token: user.token, json }), 201)).upload;
}

export const sendPart = (
  user: TestUser,
  id: number,
  n: number,
  body: BodyInit,
  headers: Record<string, string> = {},
) => call(`/import/uploads/${id}/parts/${n}`, { method: "PUT", token: user.token, body, headers });

export async function received(user: TestUser, id: number): Promise<number[]> {
  return (await bodyOf(call(`/import/uploads/${id}`, { token: user.token }))).upload.received;
}

export const complete = (
  user: TestUser,
  id: number,
  json: Record<string, unknown>,
  headers: Record<string, string> = {},
) => call(`/import/uploads/${id}/complete`, { method: "POST", token: user.token, json, headers });

/** Opens an upload and sends all of its parts. */
export async function sendAll(
  user: TestUser,
  parts: Uint8Array<ArrayBuffer>[],
  fields: Record<string, unknown> = {},
): Promise<number> {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const upload = await open(user, { bytes, ...fields });
  expect(upload).toMatchObject({ parts: parts.length, part_bytes: PART_BYTES, received: [] });
  for (const [at, part] of parts.entries()) {
    await bodyOf(sendPart(user, upload.id, at + 1, part), 204);
  }
  return upload.id;
}

export async function importsOf({ database, id }: TestCompany): Promise<Record<string, unknown>[]> {
  const all = database.prepare("SELECT * FROM imports WHERE company_id = ? ORDER BY id").bind(id);
  return (await all.all<Record<string, unknown>>()).results;
}
