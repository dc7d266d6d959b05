import * as z from "zod";
import { integers, listQuery, RANGE, texts, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";

export const Cycle = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: Name,
    starts_at: Time,
    ends_at: Time.meta({ description: "The first instant that is no longer of it." }),
    state: z.enum(["upcoming", "current", "past"]),
    lead_goal: z.int().min(1).nullable(),
    leads_count: z.int().min(0).meta({ description: "The leads that arrived in it." }),
    goal_rate: z.number().min(0).nullable().meta({ description: "Per cent of the goal, two decimals." }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Cycle" });

export const CycleAnswer = z.strictObject({ cycle: Cycle }).meta({ id: "CycleAnswer" });
export const CyclesAnswer = z
  .strictObject({ cycles: z.array(Cycle).max(100), meta: PageMeta })
  .meta({ id: "CyclesAnswer" });

export const CompanyCyclesParams = z.object({ company_id: PathId });

export const SwitchCyclesBody = z
  .strictObject({ cycles_enabled: z.boolean() })
  .meta({ id: "SwitchCyclesBody", example: { cycles_enabled: true } });

const DayOrTime = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: "must be a day such as 2026-03-01, or a time such as 2026-03-01T06:00:00.000Z",
  })
  .meta({
    type: "string",
    maxLength: 40,
    pattern: "^\\d{4}-\\d{2}-\\d{2}(T.+)?$",
    description: "ISO 8601; a day is one of the company's time zone.",
  });

export const CreateCycleBody = z
  .strictObject({
    name: lineOfText(),
    starts_at: DayOrTime,
    ends_at: DayOrTime.meta({
      description: "ISO 8601; a day is the last one of the cycle, in the company's time zone.",
    }),
    lead_goal: z.int().min(1).max(1_000_000_000).nullable().default(null),
  })
  .meta({
    id: "CreateCycleBody",
    example: { name: "First quarter", starts_at: "2026-01-01", ends_at: "2026-03-31", lead_goal: 5000 },
  });

export const cyclesQuery = listQuery(
  {
    id: integers("eq", "in"),
    name: texts("eq", "cont", "start"),
    starts_at: times(...RANGE),
    ends_at: times(...RANGE),
  },
  ["-starts_at", "ends_at", "id", "name"],
);

export const exampleCycle: z.input<typeof Cycle> = {
  id: 1,
  company_id: 1,
  name: "First quarter",
  starts_at: "2026-01-01T06:00:00.000Z",
  ends_at: "2026-04-01T06:00:00.000Z",
  state: "current",
  lead_goal: 5000,
  leads_count: 834,
  goal_rate: 16.68,
  created_at: "2026-01-02T17:04:09.000Z",
  updated_at: "2026-01-02T17:04:09.000Z",
};
