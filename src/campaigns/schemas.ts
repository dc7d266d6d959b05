import * as z from "zod";
import { integers, listQuery, oneOf, RANGE, texts, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";

export const CAMPAIGN_STATUSES = ["draft", "active", "paused", "ended"] as const;

export const Campaign = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: Name,
    description: z.string().max(4096),
    status: z.enum(CAMPAIGN_STATUSES),
    starts_at: Time.nullable(),
    ends_at: Time.nullable(),
    questions_count: z.int().min(0).meta({ description: "Without archived ones." }),
    leads_count: z.int().min(0).meta({ description: "For an agent those that are assigned to them." }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Campaign" });

export const CampaignAnswer = z.strictObject({ campaign: Campaign }).meta({ id: "CampaignAnswer" });
export const CampaignsAnswer = z
  .strictObject({ campaigns: z.array(Campaign).max(100), meta: PageMeta })
  .meta({ id: "CampaignsAnswer" });

export const CompanyCampaignsParams = z.object({ company_id: PathId });
export const CampaignParams = z.object({ id: PathId });

/** A point in time as people send it, in milliseconds since 1970. */
const TimeInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => Date.parse(text))
  .meta({ type: "string", format: "date-time", maxLength: 40, examples: ["2026-03-01T06:00:00.000Z"] });

const fields = {
  name: lineOfText(),
  description: z
    .string()
    .trim()
    .max(4096)
    .refine((text) => text.isWellFormed(), { error: "must be text" }),
  status: z.enum(CAMPAIGN_STATUSES),
  starts_at: TimeInput.nullable(),
  ends_at: TimeInput.nullable(),
};

export const CreateCampaignBody = z
  .strictObject({
    ...fields,
    description: fields.description.default(""),
    status: fields.status.default("draft"),
    starts_at: fields.starts_at.default(null),
    ends_at: fields.ends_at.default(null),
  })
  .meta({ id: "CreateCampaignBody", example: { name: "Spring 2026", status: "active" } });

export const UpdateCampaignBody = z
  .strictObject(fields)
  .partial()
  .meta({ id: "UpdateCampaignBody", example: { status: "paused" } });

export const campaignsQuery = listQuery(
  {
    id: integers("eq", "in"),
    status: oneOf(CAMPAIGN_STATUSES, "eq", "in"),
    name: texts("eq", "cont", "start"),
    starts_at: times(...RANGE, "null"),
    ends_at: times(...RANGE, "null"),
    created_at: times(...RANGE),
  },
  ["-id", "name", "starts_at", "ends_at", "created_at"],
);

export const exampleCampaign: z.input<typeof Campaign> = {
  id: 1,
  company_id: 1,
  name: "Spring 2026",
  description: "Fair and web form",
  status: "active",
  starts_at: "2026-03-01T06:00:00.000Z",
  ends_at: null,
  questions_count: 4,
  leads_count: 834,
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
};
