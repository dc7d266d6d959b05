import type { Query } from "../../api/request.ts";
import { query } from "../../router.ts";

/** What the address says of a list: a link shows the same. */
const NAMES = [
  "q",
  "stage_eq",
  "source_eq",
  "campaign_id_eq",
  "assigned_to_eq",
  "assigned_to_null",
  "import_code_eq",
  "import_outcome_eq",
  "tags_eq",
  "sort",
] as const;

export type FilterName = (typeof NAMES)[number];

/** The filters of the address, under the names of the API. */
export function readFilters(): Query {
  return Object.fromEntries(NAMES.map((name) => [name, query.value.get(name)]));
}

/** How many filters there are beside the order. */
export function countFilters(): number {
  return NAMES.filter((name) => name !== "sort" && query.value.get(name)).length;
}

/** A query that has none of them. */
export const NO_FILTERS: Record<string, string> = Object.fromEntries(NAMES.map((name) => [name, ""]));
