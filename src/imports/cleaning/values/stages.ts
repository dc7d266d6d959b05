import type { LeadRecord, Stage } from "../../../leads/lead-record.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import { fold } from "../../../text/fold.ts";
import { Spellings } from "../../../text/spellings.ts";
import { warn } from "../warnings.ts";
import { keep } from "./custom-fields.ts";

const stageIds = new WeakMap<Stage[], Spellings<number>>();

/** The id of the stage that a text names, by name or key. */
export function findStage(text: string, stages: Stage[]): number | undefined {
  let ids = stageIds.get(stages);
  if (ids === undefined) {
    const names = stages.map(({ name, id }) => [fold(name), id] as const);
    const keys = stages.map(({ key, id }) => [fold(key), id] as const);
    ids = new Spellings(new Map([...names, ...keys]));
    stageIds.set(stages, ids);
  }
  return ids.find(text);
}

/**
 * Finds a record's stage. Other text becomes a custom field, with a warning.
 *
 * @param header of the column that has it.
 */
export function resolveStage(lead: LeadRecord, text: string, header: string, stages: Stage[]): void {
  const id = findStage(text, stages);
  if (id === undefined) {
    keep(lead, "stage", text);
    const reason = `There is no stage “${shorten(text)}”: it is kept as the custom field “stage”, and the lead is at the first stage.`;
    warn(lead, { code: "unknown_stage", column: header, value: text, reason });
  } else {
    lead.stageId = id;
  }
}
