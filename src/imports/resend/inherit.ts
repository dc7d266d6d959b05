import type { Question } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import { nameColumns } from "../columns/column-names.ts";
import type { ImportState, ReadingPlan } from "../state/import-state.ts";
import type { inheritedColumns } from "./parent-import.ts";
import { reportRoles } from "./report-columns.ts";

/** What is said of an import besides its file. */
export type SentFields = Pick<ImportState, keyof typeof inheritedColumns>;

/** The fields as an upload names them. */
const NAMES: Record<keyof SentFields, string> = {
  campaignId: "campaign_id",
  mapping: "mapping",
  constants: "constants",
  onDuplicate: "on_duplicate",
  matchBy: "match_by",
  createMissing: "create_missing",
  source: "source",
};

/**
 * What an error file is imported with: what came with it, and for the rest what its original was sent with.
 *
 * @param sent the names of the fields that came with it.
 */
export function inheritFields(said: SentFields, parent: SentFields, sent: readonly string[]): SentFields {
  const pick = <Key extends keyof SentFields>(key: Key): SentFields[Key] =>
    sent.includes(NAMES[key]) ? said[key] : parent[key];
  return {
    campaignId: pick("campaignId"),
    mapping: pick("mapping"),
    constants: pick("constants"),
    onDuplicate: pick("onDuplicate"),
    matchBy: pick("matchBy"),
    createMissing: pick("createMissing"),
    source: pick("source"),
  };
}

/**
 * The columns of an error file that its original has, as they were read there, by the places in its header: what the
 * cells of good records told, bad ones do not. `undefined` for the others.
 *
 * @param questions those of the campaign as they are now: one that is gone is none any more.
 */
export function inheritColumns(
  header: string[],
  { columns }: Pick<ReadingPlan, "columns">,
  questions: readonly Question[],
): (Column | undefined)[] {
  const before = new Map(columns.map((column) => [column.header, column]));
  const roles = reportRoles(header);
  return nameColumns(header).map((name, index) => {
    const column = roles[index] === null ? before.get(name) : undefined;
    if (column?.kind === "surplus") return undefined;
    if (column?.kind !== "question") return column;
    const question = questions.find(({ id }) => id === column.question.id);
    return question && { ...column, question };
  });
}
