import * as z from "zod";
import { flags, integers, listQuery, oneOf, texts } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, Name, PathId, Time } from "../http/validation/fields.ts";

const Limit = z.int().min(0).nullable().meta({ description: "`null` where there is no limit." });

export const Membership = z
  .strictObject({
    id: Id,
    name: Name,
    description: z.string().max(1024),
    price_cents: z.int().min(0),
    currency: z.string().length(3).meta({ pattern: "^[A-Z]{3}$", description: "ISO 4217." }),
    interval: z.enum(["month", "year"]),
    limits: z.strictObject({ users: Limit, leads: Limit, imports_per_month: Limit }),
    active: z.boolean().meta({ description: "Whether a company can take it now." }),
  })
  .meta({ id: "Membership" });

export const MembershipAnswer = z.strictObject({ membership: Membership }).meta({ id: "MembershipAnswer" });
export const MembershipsAnswer = z
  .strictObject({ memberships: z.array(Membership).max(100), meta: PageMeta })
  .meta({ id: "MembershipsAnswer" });

export const CompanyMembership = z
  .strictObject({
    id: Id,
    company_id: Id,
    membership: Membership,
    status: z.enum(["active", "canceling", "canceled"]),
    started_at: Time,
    current_period_end: Time,
    canceled_at: Time.nullable().meta({ description: "When it was canceled; it may count until its end." }),
  })
  .meta({ id: "CompanyMembership" });

export const CompanyMembershipAnswer = z
  .strictObject({ company_membership: CompanyMembership })
  .meta({ id: "CompanyMembershipAnswer" });

export const MembershipParams = z.object({ id: PathId });
export const CompanyMembershipParams = z.object({ company_id: PathId });

export const AttachQuery = z.strictObject({ membership_id: PathId.optional() });
export const AttachBody = z
  .strictObject({ membership_id: Id.optional() })
  .meta({ id: "AttachBody", example: { membership_id: 2 } });
export const CancelBody = z
  .strictObject({ immediately: z.boolean().default(false) })
  .meta({ id: "CancelBody", example: { immediately: false } });

export const membershipsQuery = listQuery(
  {
    id: integers("eq", "in"),
    name: texts("eq", "cont"),
    interval: oneOf(["month", "year"], "eq"),
    active: flags("eq"),
  },
  ["price_cents", "id", "name"],
);

export const exampleMembership: z.input<typeof Membership> = {
  id: 1,
  name: "Team",
  description: "For a team that works its leads together",
  price_cents: 4900,
  currency: "USD",
  interval: "month",
  limits: { users: 10, leads: 100_000, imports_per_month: 50 },
  active: true,
};

export const exampleCompanyMembership: z.input<typeof CompanyMembership> = {
  id: 1,
  company_id: 1,
  membership: exampleMembership,
  status: "active",
  started_at: "2026-02-17T21:54:09.000Z",
  current_period_end: "2026-03-17T21:54:09.000Z",
  canceled_at: null,
};
