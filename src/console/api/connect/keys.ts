import { allPages, request } from "../request.ts";
import type { ApiKey, ImportLink, NewApiKey, NewImportLink } from "./types.ts";

/** A key, or a link, that was made. The secret is `null` where the only answer that had it was lost on the way. */
export interface Made<T> {
  made: T;
  secret: string | null;
}

/** The API keys of a company, the newest first. @param withEnded also those that let nobody in. @throws Problem */
export function loadKeys(companyId: number, withEnded: boolean): Promise<ApiKey[]> {
  return allPages<ApiKey>(`/companies/${companyId}/api_keys`, "api_keys", onlyActive(withEnded));
}

/** @throws Problem */
export async function makeKey(
  companyId: number,
  wanted: NewApiKey,
  idempotencyKey: string,
): Promise<Made<ApiKey>> {
  const path = `/companies/${companyId}/api_keys`;
  const { body } = await request<{ api_key: ApiKey; secret: string | null }>(path, {
    method: "POST",
    body: wanted,
    idempotencyKey,
  });
  if (!body) throw new Error("a new key has an answer");
  return { made: body.api_key, secret: body.secret };
}

/** Ends a key: the next request with it is refused. @throws Problem */
export async function endKey(id: number): Promise<void> {
  await request(`/api_keys/${id}`, { method: "DELETE" });
}

/** The links for imports of a company, as {@link loadKeys} has keys. @throws Problem */
export function loadLinks(companyId: number, withEnded: boolean): Promise<ImportLink[]> {
  return allPages<ImportLink>(`/companies/${companyId}/import_links`, "import_links", onlyActive(withEnded));
}

/** @throws Problem */
export async function makeLink(
  companyId: number,
  wanted: NewImportLink,
  idempotencyKey: string,
): Promise<Made<ImportLink>> {
  const path = `/companies/${companyId}/import_links`;
  const { body } = await request<{ import_link: ImportLink; token: string | null }>(path, {
    method: "POST",
    body: wanted,
    idempotencyKey,
  });
  if (!body) throw new Error("a new link has an answer");
  return { made: body.import_link, secret: body.token };
}

/** Ends a link: the page that has it imports nothing more. @throws Problem */
export async function endLink(id: number): Promise<void> {
  await request(`/import_links/${id}`, { method: "DELETE" });
}

function onlyActive(withEnded: boolean): Record<string, string> {
  return withEnded ? {} : { status_eq: "active" };
}
