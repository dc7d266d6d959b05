import type { ErasedPerson } from "../../db/leads/schema.ts";
import { type CleaningContext, cleanRecord, isRejection } from "../../imports/cleaning/clean-record.ts";
import type { Column } from "../../imports/columns/column.ts";
import type { ImportState, ReadingPlan } from "../../imports/state/import-state.ts";
import { TELLING_DIGITS } from "../person.ts";
import { isIn } from "./in-text.ts";

/** Whether an import read a column as external ids. */
export function hasExternalIds({ layout }: Pick<ImportState, "layout">): boolean {
  return (layout as ReadingPlan | null)?.columns.some(isExternalId) ?? false;
}

/** Whether the external id of a record, as its import read it, is the person's. */
export function externalIdMatcher(
  state: Pick<ImportState, "layout" | "country">,
  { externalIds = [] }: Pick<ErasedPerson, "externalIds">,
): (cells: string[]) => boolean {
  const read = reading(state, isExternalId);
  return (cells) => {
    const externalId = read(cells)?.externalId;
    return externalId != null && externalIds.includes(externalId);
  };
}

/**
 * Whether a record has the person in it: in any of its cells, or as its import read its columns, where a phone may
 * have its area code in a column of its own.
 */
export function recordMatcher(
  state: Pick<ImportState, "layout" | "country">,
  person: Pick<ErasedPerson, "emails" | "phones" | "externalIds">,
): (cells: string[], reason: string) => boolean {
  const { emails, phones, externalIds = [] } = person;
  const read = reading(state, tellsWho);
  return (cells, reason) => {
    if (isIn([...cells, reason].join("\n"), person)) return true;
    const lead = read(cells);
    if (lead === null) return false;
    const { email, phone, externalId } = lead;
    return (
      (email !== null && emails.includes(email)) ||
      (phone !== null && phones.includes(phone.slice(-TELLING_DIGITS))) ||
      (externalId !== null && externalIds.includes(externalId))
    );
  };
}

function isExternalId(column: Column): boolean {
  return column.kind === "field" && column.field === "external_id";
}

/** Whether a column says who it is, or what a phone is read by. */
function tellsWho(column: Column): boolean {
  if (column.kind === "phone_country" || column.kind === "area_code") return true;
  return column.kind === "field" && ["email", "phone", "external_id", "country"].includes(column.field);
}

/** Reads of a record what some of its columns say; `null` where that is nothing that tells a person. */
function reading(
  { layout, country }: Pick<ImportState, "layout" | "country">,
  isRead: (column: Column) => boolean,
) {
  const plan = layout as ReadingPlan | null;
  const columns = (plan?.columns ?? []).map(
    (column): Column => (isRead(column) ? column : { kind: "ignored", header: column.header }),
  );
  const context: CleaningContext = { columns, country, stages: [], isKeyedById: true };
  return (cells: string[]) => {
    const outcome = cleanRecord(cells.slice(0, columns.length), context, false);
    return isRejection(outcome) ? null : outcome;
  };
}
