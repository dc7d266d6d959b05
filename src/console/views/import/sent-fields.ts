import type { ImportFields } from "../../api/imports.ts";
import { keptList } from "../../kept-list.ts";

/** How many imports are remembered. */
const MOST = 30;

type Remembered = Omit<ImportFields, "company_id" | "dry_run">;

/** Without it, corrected records are matched by their headers. */
const remembered = keptList<Remembered>("leadsy.imports", MOST);

/** Keeps what an import was started with, for this browser: corrected records are sent with the same. */
export function rememberFields(
  code: string,
  { company_id: _company, dry_run: _dry, ...fields }: ImportFields,
): void {
  remembered.keep(code, fields);
}

/** What an import was started with, where it was started in this browser. */
export function fieldsOf(code: string): Remembered | null {
  return remembered.find(code);
}
