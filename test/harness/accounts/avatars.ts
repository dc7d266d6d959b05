import { env } from "cloudflare:test";
import { expect } from "vitest";
import { call } from "../api.ts";
import { FORM_TYPE, formBytes, type Part } from "../form.ts";
import { rowsOf } from "../people.ts";

export type Owned = "users" | "companies";

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Changes an avatar with a JSON body. */
export function putJson(owned: Owned, token: string | undefined, json: unknown): Promise<Response> {
  return call(`/${owned}/avatar`, { method: "PUT", json, ...(token && { token }) });
}

/** Changes an avatar with a form. */
export function putForm(owned: Owned, token: string, parts: Part[]): Promise<Response> {
  const headers = { "Content-Type": FORM_TYPE };
  return call(`/${owned}/avatar`, { method: "PUT", token, headers, body: formBytes(parts) });
}

export function remove(owned: Owned, token: string, json?: unknown, query = ""): Promise<Response> {
  return call(`/${owned}/avatar${query}`, { method: "DELETE", token, json });
}

/** The names of all images that are kept. */
export async function keptAvatars(): Promise<string[]> {
  const { objects, truncated } = await env.FILES.list({ prefix: "avatars/" });
  expect(truncated).toBe(false);
  return objects.map(({ key }) => key.replace("avatars/", "")).sort();
}

/** Every image that a row names. */
export async function namedAvatars(): Promise<string[]> {
  const rows = await rowsOf(
    `SELECT avatar_key AS name FROM users WHERE avatar_key IS NOT NULL
     UNION ALL SELECT avatar_key FROM companies WHERE avatar_key IS NOT NULL`,
  );
  return rows.map(({ name }) => name).sort();
}

export async function avatarOf(owned: Owned, id: number): Promise<string | null> {
  const [row] = await rowsOf(`SELECT avatar_key AS name FROM ${owned} WHERE id = ?`, id);
  return row.name;
}

/** The bytes that are kept under a name. */
export async function imageOf(name: string | null): Promise<Uint8Array | null> {
  const object = await env.FILES.get(`avatars/${name}`);
  return object && new Uint8Array(await object.arrayBuffer());
}
