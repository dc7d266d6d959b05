import type { LeadRecord, Stage } from "../../leads/lead-record.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { fold } from "../../text/fold.ts";
import { keep } from "./custom-fields.ts";
import { warn } from "./warnings.ts";

const stageIds = new WeakMap<Stage[], Map<string, number>>();
/** How many spellings of the stages are remembered. */
const MOST_SPELLINGS = 500;

/** Finds a record's stage by name or key. Other text becomes a custom field, with a warning. */
export function resolveStage(lead: LeadRecord, text: string, stages: Stage[]): void {
  let ids = stageIds.get(stages);
  if (ids === undefined) {
    ids = new Map();
    for (const stage of stages) ids.set(fold(stage.name), stage.id);
    for (const stage of stages) ids.set(fold(stage.key), stage.id);
    stageIds.set(stages, ids);
  }
  const id = ids.get(text) ?? ids.get(fold(text));
  if (id !== undefined && ids.size < MOST_SPELLINGS) ids.set(text, id);
  if (id === undefined) {
    keep(lead, "stage", text);
    const reason = `There is no stage “${shorten(text)}”: it is kept as the custom field “stage”, and the lead is at the first stage.`;
    warn(lead, { code: "unknown_stage", column: "stage", value: text, reason });
  } else {
    lead.stageId = id;
  }
}
