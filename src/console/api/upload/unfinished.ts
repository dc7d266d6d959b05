import { keptList } from "../../kept-list.ts";
import type { Upload } from "./whole.ts";

/** How many are kept; the API drops one that is not completed after three days. */
const MOST = 10;

/** Ids of uploads that were begun in this browser, by what tells their file from others: see {@link keyOf}. */
export const unfinished = keptList<number>("leadsy.uploads", MOST);

/** What tells the file of an upload from others. */
export function keyOf({ fields, file, name }: Upload): string {
  const changedAt = file instanceof File ? file.lastModified : 0;
  return JSON.stringify([fields.company_id, name, file.size, changedAt]);
}
