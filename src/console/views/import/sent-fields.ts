import type { ImportFields } from "../../api/imports.ts";

/** How many imports are remembered. */
const MOST = 30;
const STORED = "leadsy.imports";

type Remembered = Omit<ImportFields, "company_id" | "dry_run">;

/** Keeps what an import was started with, for this browser: corrected records are sent with the same. */
export function rememberFields(
  code: string,
  { company_id: _company, dry_run: _dry, ...fields }: ImportFields,
): void {
  const others = read().filter(([known]) => known !== code);
  try {
    localStorage.setItem(STORED, JSON.stringify([[code, fields], ...others].slice(0, MOST)));
  } catch {
    // The storage of the browser is full: corrected records are matched by their headers then.
  }
}

/** What an import was started with, where it was started in this browser. */
export function fieldsOf(code: string): Remembered | null {
  return read().find(([known]) => known === code)?.[1] ?? null;
}

function read(): [string, Remembered][] {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}
