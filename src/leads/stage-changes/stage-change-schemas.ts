import * as z from "zod";
import { listQuery, RANGE, times } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { Id, Time } from "../../http/validation/fields.ts";
import { Stage } from "../../stages/schemas.ts";

export const LeadStageChange = z
  .strictObject({
    id: Id,
    lead_id: Id,
    from_stage: Stage.omit({ position: true }),
    to_stage: Stage.omit({ position: true }),
    changed_by: z
      .strictObject({ id: Id, full_name: z.string().max(511) })
      .nullable()
      .meta({ description: "`null` for an import." }),
    changed_at: Time,
  })
  .meta({ id: "LeadStageChange" });

export const LeadStageChangesAnswer = z
  .strictObject({ stage_changes: z.array(LeadStageChange).max(100), meta: PageMeta })
  .meta({ id: "LeadStageChangesAnswer" });

export const stageChangesQuery = listQuery({ changed_at: times(...RANGE) }, ["-id"]);

export const exampleStageChange: z.input<typeof LeadStageChange> = {
  id: 1,
  lead_id: 1,
  from_stage: { id: 1, name: "New", key: "new", kind: "initial" },
  to_stage: { id: 2, name: "Contacted", key: "contacted", kind: "open" },
  changed_by: { id: 4, full_name: "Diego Luna" },
  changed_at: "2026-02-18T16:20:00.000Z",
};
