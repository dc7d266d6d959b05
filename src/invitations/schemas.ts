import * as z from "zod";
import { AccessId, AccessName } from "../accesses/schemas.ts";
import { integers, type ListQuery, listQuery, RANGE, texts, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Email, EmailInput, Id, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";
import { type InvitationStatus, STATUSES } from "./status.ts";

export const Invitation = z
  .strictObject({
    id: Id,
    email: Email,
    company: z.strictObject({ id: Id, name: Name }),
    access_id: Id,
    access_name: AccessName,
    first_name: Name.nullable(),
    last_name: Name.nullable(),
    status: z.enum(STATUSES),
    invited_by: z
      .strictObject({ id: Id, full_name: z.string().max(511) })
      .nullable()
      .meta({ description: "`null` for callers outside the company." }),
    created_at: Time,
    expires_at: Time,
    accepted_at: Time.nullable(),
  })
  .meta({
    id: "Invitation",
    description: "An access offered to an e-mail address. Its code goes by mail alone.",
  });

export const InvitationAnswer = z.strictObject({ invitation: Invitation }).meta({ id: "InvitationAnswer" });
export const InvitationsAnswer = z
  .strictObject({ invitations: z.array(Invitation).max(100), meta: PageMeta })
  .meta({ id: "InvitationsAnswer" });

export const InvitationBody = z
  .strictObject({
    email: EmailInput,
    company_id: Id,
    access_id: AccessId,
    first_name: lineOfText().optional(),
    last_name: lineOfText().optional(),
  })
  .meta({
    id: "InvitationBody",
    example: { email: "ines.soto@example.com", company_id: 1, access_id: 3, first_name: "Inés" },
  });

// One name for both, so that they are one address with several methods.
export const ByCode = z.object({
  invitation: z.string().max(64).meta({
    description: "The code of the mail.",
    pattern: "^[1-9]\\d{0,15}\\.[\\w-]{43}$",
    example: "12.Qm9vX2c2dGpXc0p5aGtOZ3pUeFJ3UXlMb2tGdVpxVnM",
  }),
});
export const ByCodeOrId = z.object({
  invitation: z.string().max(64).meta({
    description: "The code of the mail, or the id that `GET /invitations/pending` shows to the invited.",
    pattern: "^[1-9]\\d{0,15}(\\.[\\w-]{43})?$",
    example: "12",
  }),
});
export const ById = z.object({ invitation: PathId.meta({ description: "The invitation's id." }) });

export const CompanyParams = z.object({ id: PathId });

const byCompany = listQuery(
  {
    id: integers("eq"),
    email: texts("eq", "cont"),
    access_id: integers("eq"),
    created_at: times(...RANGE),
  },
  ["-id", "email", "created_at"],
);

export const invitationsQuery = {
  schema: byCompany.schema.extend({
    status_eq: z.enum(STATUSES).optional().meta({ description: "`status` is this." }),
  }),
  read: (values) => ({
    ...byCompany.read(values),
    status: values.status_eq as InvitationStatus | undefined,
  }),
} satisfies ListQuery;

const pages = listQuery({}, ["-id", "created_at"]);

export const pendingQuery = {
  schema: pages.schema.extend({
    email: EmailInput.optional().meta({ description: "Whose; one's own where it is left out." }),
  }),
  read: (values) => ({ ...pages.read(values), email: values.email as string | undefined }),
} satisfies ListQuery;

export const exampleInvitation: z.input<typeof Invitation> = {
  id: 12,
  email: "ines.soto@example.com",
  company: { id: 1, name: "Demo Agency" },
  access_id: 3,
  access_name: "agent",
  first_name: "Inés",
  last_name: null,
  status: "pending",
  invited_by: { id: 3, full_name: "Mariana Ríos" },
  created_at: "2026-02-17T21:54:09.000Z",
  expires_at: "2026-02-24T21:54:09.000Z",
  accepted_at: null,
};
