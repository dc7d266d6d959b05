import type { Upload } from "./whole.ts";

/** Uploads that were begun in this browser, by what tells their file from others. */
const STORED = "leadsy.uploads";
/** How many are kept; the API drops one that is not completed after three days. */
const MOST = 10;

/** The upload that was begun with a file; `null` where there is none. */
export function uploadIdOf(upload: Upload): number | null {
  return read().find(([key]) => key === keyOf(upload))?.[1] ?? null;
}

/** Keeps which upload was begun with a file. */
export function keepUploadId(upload: Upload, id: number): void {
  write([[keyOf(upload), id], ...read().filter(([key]) => key !== keyOf(upload))]);
}

/** Drops an upload that is over. */
export function dropUploadId(upload: Upload): void {
  write(read().filter(([key]) => key !== keyOf(upload)));
}

function keyOf({ fields, file, name }: Upload): string {
  const changedAt = file instanceof File ? file.lastModified : 0;
  return JSON.stringify([fields.company_id, name, file.size, changedAt]);
}

function read(): [string, number][] {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}

function write(uploads: [string, number][]): void {
  localStorage.setItem(STORED, JSON.stringify(uploads.slice(0, MOST)));
}
