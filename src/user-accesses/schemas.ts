import * as z from "zod";
import { AccessId, AccessName } from "../accesses/schemas.ts";
import { integers, listQuery, named } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, Name, PathId } from "../http/validation/fields.ts";

/** The access of a user in a company. */
export const UserAccess = z
  .strictObject({
    id: Id.nullable().meta({ description: "`null` while it is pending." }),
    user_id: Id,
    company_id: Id,
    company_name: Name,
    access_id: AccessId,
    access_name: AccessName,
    primary: z.boolean().meta({ description: "True for exactly one of a user's." }),
    status: z.enum(["active", "suspended", "pending"]).meta({
      description:
        "`suspended`: it counts for nothing until the company's managers enable the user again. `pending`: the user " +
        "is invited and has not accepted.",
    }),
    invitation_id: Id.nullable().meta({ description: "The invitation, while it is pending." }),
  })
  .meta({ id: "UserAccess" });

/** How many accesses one request may name. */
const MAXIMUM = 100;

export const UserAccessesAnswer = z
  .strictObject({ user_accesses: z.array(UserAccess).max(100), meta: PageMeta })
  .meta({ id: "UserAccessesAnswer" });
export const UserAccessSetAnswer = z
  .strictObject({ user_accesses: z.array(UserAccess).max(MAXIMUM) })
  .meta({ id: "UserAccessSetAnswer" });

const Wanted = z.strictObject({
  company_id: Id,
  access_id: AccessId,
  primary: z.boolean().optional().meta({
    description: "`true` makes this the primary one; `false` says no more than leaving it out.",
  }),
});
const WantedRow = Wanted.extend({ id: Id.optional().meta({ description: "The access that is there." }) });

/** An access that a request wants a user to have; `id` where it says which one it takes that to be. */
export type RequestedAccess = z.output<typeof WantedRow>;

export const GrantBody = z
  .strictObject({ user_accesses: z.array(Wanted).min(1).max(MAXIMUM).superRefine(refuseRepetitions) })
  .meta({ id: "GrantBody", example: { user_accesses: [{ company_id: 2, access_id: 3 }] } });

export const ReplaceBody = z
  .strictObject({ user_accesses: z.array(WantedRow).max(MAXIMUM).superRefine(refuseRepetitions) })
  .meta({
    id: "ReplaceBody",
    example: {
      user_accesses: [
        { id: 4, company_id: 1, access_id: 4 },
        { company_id: 2, access_id: 3, primary: true },
      ],
    },
  });

function refuseRepetitions(wanted: RequestedAccess[], context: z.core.$RefinementCtx): void {
  const companies = wanted.map((one) => one.company_id);
  const primary = wanted.findIndex((one) => one.primary);
  for (const [index, one] of wanted.entries()) {
    if (companies.indexOf(one.company_id) < index) {
      const message = "is there twice: a user has one access in a company";
      context.addIssue({ code: "custom", path: [index, "company_id"], message });
    }
    if (one.primary && primary < index) {
      const message = "is true twice: one access of a user is primary";
      context.addIssue({ code: "custom", path: [index, "primary"], message });
    }
  }
}

export const UserParams = z.object({ user_id: PathId });
export const UserAccessParams = UserParams.extend({ id: PathId });

export const userAccessesQuery = listQuery(
  {
    id: integers("eq"),
    company_id: integers("eq"),
    access_id: integers("eq"),
    primary: named({ true: 1, false: 0 }, "eq"),
  },
  ["id", "company_id", "access_id"],
);

export const exampleUserAccess: z.input<typeof UserAccess> = {
  id: 4,
  user_id: 5,
  company_id: 1,
  company_name: "Demo Agency",
  access_id: 4,
  access_name: "viewer",
  primary: true,
  status: "active",
  invitation_id: null,
};

export const exampleGrantedAccess: z.input<typeof UserAccess> = {
  id: 9,
  user_id: 5,
  company_id: 2,
  company_name: "Demo Agency North",
  access_id: 3,
  access_name: "agent",
  primary: false,
  status: "active",
  invitation_id: null,
};
