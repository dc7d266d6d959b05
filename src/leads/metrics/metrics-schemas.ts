import * as z from "zod";
import { integerText, PathId, Time } from "../../http/validation/fields.ts";
import { Stage } from "../../stages/schemas.ts";
import { INTERVALS } from "./metrics-periods.ts";

const Count = z.int().min(0);

const GROUPS = ["stage", "source"] as const;

/** What arrived in each of the periods, in their order. */
const Arrivals = z.array(Count).max(400);
const Key = z.string().max(255).nullable();

const Grouped = z
  .strictObject({
    by: z.enum(GROUPS),
    counted: Count.meta({
      description: "How many leads the groups have together: by source, the latest 10,000 at most.",
    }),
    groups: z
      .array(
        z.strictObject({
          key: Key.meta({ description: "The stage's key, or the source; `null` of leads without one." }),
          name: Key,
          arrived: Arrivals.meta({ description: "For each period of `over_time`." }),
        }),
      )
      .max(100)
      .meta({ description: "The stages in order, or the 20 largest sources, the largest first." }),
    others: Arrivals.meta({ description: "Those of all other sources." }),
  })
  .nullable()
  .meta({ description: "The arrivals by `group_by`; `null` where it was not sent." });

/** Leads are of these years; clocks of time zones are known for them. */
const YEARS = /^(19[7-9]|20\d)\d-/;

const DayOrTime = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: "must be a day such as 2026-03-01, or a time such as 2026-03-01T06:00:00.000Z",
  })
  .refine((text) => YEARS.test(text), { error: "must be of the years 1970 to 2099" })
  .meta({ type: "string", maxLength: 40, pattern: "^\\d{4}-\\d{2}-\\d{2}(T.+)?$" });

export const MetricsQuery = z.strictObject({
  from: DayOrTime.optional().meta({
    description:
      "ISO 8601; a day is one of the company's time zone. 29 days before `to`, where it is not given.",
  }),
  to: DayOrTime.optional().meta({
    description: "ISO 8601; a day is the last one, in the company's time zone. Now, where it is not given.",
  }),
  interval: z.enum(INTERVALS).default("day").meta({ description: "Weeks begin on Monday." }),
  campaign_id: integerText({ min: 1 }).optional().meta({ description: "Only the leads of this campaign." }),
  cycle_id: integerText({ min: 1 })
    .optional()
    .meta({ description: "The time of this cycle, in place of `from` and `to`." }),
  group_by: z
    .enum(GROUPS)
    .optional()
    .meta({ description: "By what the arrivals of each period are parted: see `grouped`." }),
});

export const LeadMetrics = z
  .strictObject({
    from: Time,
    to: Time.meta({ description: "The first instant that is no longer counted." }),
    interval: z.enum(INTERVALS),
    timezone: z.string().max(64),
    total: Count.meta({ description: "The leads that arrived in that time." }),
    by_stage: z
      .array(z.strictObject({ stage: Stage.omit({ position: true }), count: Count }))
      .max(100)
      .meta({ description: "The stages that these leads are in now, in order." }),
    over_time: z
      .array(
        z.strictObject({
          period: z.iso.date().length(10).meta({ description: "Its first day in the company's time zone." }),
          arrived: Count,
          won: Count.meta({ description: "Leads that were moved into a stage of the kind `won`." }),
          lost: Count.meta({ description: "Leads that were moved into a stage of the kind `lost`." }),
        }),
      )
      .max(400),
    grouped: Grouped,
  })
  .meta({ id: "LeadMetrics" });

export const LeadMetricsAnswer = z.strictObject({ metrics: LeadMetrics }).meta({ id: "LeadMetricsAnswer" });

export const CompanyMetricsParams = z.object({ company_id: PathId });

export const exampleMetrics: z.input<typeof LeadMetrics> = {
  from: "2026-02-02T06:00:00.000Z",
  to: "2026-02-16T06:00:00.000Z",
  interval: "week",
  timezone: "America/Mexico_City",
  total: 834,
  by_stage: [
    { stage: { id: 1, name: "New", key: "new", kind: "initial" }, count: 790 },
    { stage: { id: 6, name: "Won", key: "won", kind: "won" }, count: 44 },
  ],
  over_time: [
    { period: "2026-02-02", arrived: 500, won: 14, lost: 3 },
    { period: "2026-02-09", arrived: 334, won: 30, lost: 0 },
  ],
  grouped: null,
};
