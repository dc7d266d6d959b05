import type { Page } from "playwright-core";
import { expect } from "vitest";
import { signIn as signInToApi } from "../bench/measure/api-client.ts";
import type { Party } from "./console-party.ts";

/** A file that a test drops. */
export interface Dropped {
  name: string;
  bytes: Buffer;
}

/** Drops a file on the page, as a person does. */
export function drop(page: Page, file: Dropped): Promise<void> {
  return dropAll(page, [file]);
}

/** Drops several at once. */
export async function dropAll(page: Page, files: Dropped[]): Promise<void> {
  const packed = files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64") }));
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of ${JSON.stringify(packed)}) {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  })()`);
  await page.dispatchEvent(".drop", "drop", { dataTransfer });
}

/** Drops a folder: no script can make one, but for what the page asks of it. */
export async function dropFolder(page: Page): Promise<void> {
  await page.locator(".drop").waitFor();
  await page.evaluate(`(() => {
    const event = new DragEvent("drop", { bubbles: true, composed: true, cancelable: true });
    const items = [{ webkitGetAsEntry: () => ({ isDirectory: true }) }];
    Object.defineProperty(event, "dataTransfer", { value: { items, files: [] } });
    const trees = [document, document.querySelector("leadsy-import")?.shadowRoot];
    trees.map((tree) => tree?.querySelector(".drop")).find(Boolean).dispatchEvent(event);
  })()`);
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
  await expect.poll(async () => (await state()).import_file.finished_at, { timeout: 10_000 }).not.toBeNull();
  return code;
}
