import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn as signInToApi } from "../bench/measure/api-client.ts";
import type { Party } from "./console-party.ts";

/** Drops a file on the page, as a person does. */
export async function drop(page: Page, { name, bytes }: { name: string; bytes: Buffer }): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob("${bytes.toString("base64")}"), (sign) => sign.charCodeAt(0));
    transfer.items.add(new File([bytes], "${name}"));
    return transfer;
  })()`);
  await page.dispatchEvent(".drop", "drop", { dataTransfer });
}

/**
 * Imports a file over the API into the first company of the demo, and waits until it has ended.
 *
 * @param fields of the upload, besides.
 * @returns its code.
 */
export async function importLeads(
  { worker }: Party,
  csv: string,
  fields: Record<string, string> = {},
): Promise<string> {
  const headers = {
    Authorization: await signInToApi(worker.url, "manager@demo.test"),
    "Content-Type": "text/csv",
  };
  const ask = async <T>(path: string, init: RequestInit = {}) =>
    (await (await fetch(`${worker.url}/api/v1${path}`, { headers, ...init })).json()) as T;
  type Answer = { import_file: { import_code: string; finished_at: string | null } };
  const query = new URLSearchParams({ company_id: "1", ...fields });
  const sent = await ask<Answer>(`/import?${query}`, { method: "POST", body: csv });
  const code = sent.import_file.import_code;
  const state = () => ask<Answer>(`/import/${code}`);
  await expect.poll(async () => (await state()).import_file.finished_at).not.toBeNull();
  return code;
}
