import { headerFinder, nameColumns } from "../columns/column-names.ts";
import type { Mapping } from "../columns/mapping.ts";
import { planColumns } from "../columns/plan-reading.ts";
import type { ReadingPlan } from "../import-state.ts";
import type { Layout } from "../readers/reader.ts";
import type { ParentImport } from "./find-parent.ts";
import { inheritColumns } from "./inherit.ts";

/**
 * Decides what the columns of an error file are: what they are in its original, but for those that another mapping names
 * which came with it. A column that was added is found as in any other file.
 *
 * @param meaning with the mapping that counts, be it that of the original.
 * @throws FileProblem where a lead's cannot be among them.
 */
export function planSentBack(
  layout: Layout,
  meaning: Parameters<typeof planColumns>[1],
  parent: ParentImport,
): ReadingPlan {
  const mapping = meaning.mapping === parent.mapping ? null : meaning.mapping;
  const named = placesIn(mapping, layout.header);
  const before = inheritColumns(layout.header, parent.layout as ReadingPlan, meaning.questions);
  const known = before.map((column, index) => (named.has(index) ? undefined : column));
  return planColumns(layout, { ...meaning, mapping }, known);
}

/** The places of the columns that a mapping names. */
function placesIn(mapping: Mapping | null, header: string[]): ReadonlySet<number> {
  const findHeader = headerFinder(nameColumns(header));
  return new Set(Object.keys(mapping ?? {}).map(findHeader));
}
