import { shorten } from "../../leads/normalize/shorten.ts";
import { columnMissing, headerFinder, nameColumns } from "../columns/column-names.ts";
import type { Mapping } from "../columns/mapping.ts";
import { planColumns } from "../columns/plan-reading.ts";
import type { Layout } from "../readers/reader.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import { inheritColumns } from "./inherit.ts";
import type { ParentImport } from "./parent-import.ts";

/**
 * Decides what the columns of an error file are: what they are in its original, but for those that another mapping names
 * which came with it. A column that was added is found as in any other file.
 *
 * @param meaning with the mapping that counts, be it that of the original.
 * @throws FileProblem where a lead's cannot be among them, or one that the original's mapping names is missing.
 */
export function planSentBack(
  layout: Layout,
  meaning: Parameters<typeof planColumns>[1],
  parent: ParentImport,
): ReadingPlan {
  const isInherited = meaning.mapping === parent.mapping;
  if (isInherited) assertMapped(layout.header, parent);
  const mapping = isInherited ? null : meaning.mapping;
  const named = placesIn(mapping, layout.header);
  const before = inheritColumns(layout.header, parent.layout as ReadingPlan, meaning.questions);
  const known = before.map((column, index) => (named.has(index) ? undefined : column));
  return planColumns(layout, { ...meaning, mapping }, known);
}

/** Asserts that an error file has the columns that its original's mapping names: they may have other names by now. */
function assertMapped(header: string[], { mapping, importCode }: ParentImport): void {
  const headers = nameColumns(header);
  const findHeader = headerFinder(headers);
  const missing = Object.keys(mapping ?? {}).find((name) => findHeader(name) < 0);
  if (missing === undefined) return;
  throw columnMissing(
    `The mapping of the import that the error file is of (${importCode}) names the column “${shorten(missing)}”, which the file does not have.`,
    headers,
  );
}

/** The places of the columns that a mapping names. */
function placesIn(mapping: Mapping | null, header: string[]): ReadonlySet<number> {
  const findHeader = headerFinder(nameColumns(header));
  return new Set(Object.keys(mapping ?? {}).map(findHeader));
}
