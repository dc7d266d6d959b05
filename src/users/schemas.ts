import * as z from "zod";
import { PageMeta } from "../http/lists/pagination.ts";
import { Email, Id, Locale, Name, Time } from "../http/validation/fields.ts";
import { Invitation } from "../invitations/schemas.ts";

export const STATUSES = ["pending", "active", "disabled"] as const;
/** The names of the accesses, in the order of their ids. */
export const ROLES = ["owner", "manager", "agent", "viewer"] as const;

/** A user as everyone who may see them sees them. */
export const User = z
  .strictObject({
    id: Id,
    first_name: Name,
    last_name: Name,
    email: Email,
    status: z.enum(STATUSES),
    full_name: z.string().max(511),
    avatar_route: z.string().max(2048).nullable(),
    primary_access: z
      .strictObject({
        id: Id,
        company_id: Id,
        access_id: Id,
        access_name: z.enum(ROLES),
      })
      .nullable(),
    primary_company: z
      .strictObject({ id: Id, name: Name, default: z.boolean(), parent_company_id: Id.nullable() })
      .nullable(),
    phone: z.string().max(64).nullable(),
    locale: Locale,
    import_mails: z.boolean().meta({
      description: "Whether they get a mail when an import of theirs that took over 10 seconds has ended.",
    }),
    email_confirmed_at: Time.nullable().meta({
      description: "When the address was proved to be the user's; `null` until the mailed link is opened.",
    }),
    onboarding_completed_at: Time.nullable(),
    terms_approved_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "User" });

/** The answer to the proof of a mailbox: from now on the user sees what is addressed to it. */
export const EmailConfirmed = z
  .strictObject({
    user: User,
    invitations: z.array(Invitation).max(100).meta({
      description: "Those that wait for the address, the newest first: accept or decline each by its `id`.",
    }),
    meta: PageMeta,
  })
  .meta({ id: "EmailConfirmed" });

export const UserAnswer = z.strictObject({ user: User }).meta({ id: "UserAnswer" });

export const exampleUser: z.input<typeof User> = {
  id: 3,
  first_name: "Mariana",
  last_name: "Ríos",
  email: "manager@demo.test",
  status: "active",
  full_name: "Mariana Ríos",
  avatar_route: null,
  primary_access: { id: 2, company_id: 1, access_id: 2, access_name: "manager" },
  primary_company: { id: 1, name: "Demo Agency", default: true, parent_company_id: null },
  phone: null,
  locale: "es",
  import_mails: true,
  email_confirmed_at: "2026-02-17T21:58:31.000Z",
  onboarding_completed_at: null,
  terms_approved_at: null,
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
};

export const UsersAnswer = z
  .strictObject({ users: z.array(User).max(100), meta: PageMeta })
  .meta({ id: "UsersAnswer" });

/** A user with the access that they have in the company that was asked for. */
export const CompanyUser = z
  .strictObject({
    ...User.shape,
    user_access: z.strictObject({
      id: Id,
      company_id: Id,
      access_id: Id,
      access_name: z.enum(ROLES),
      primary: z.boolean(),
    }),
  })
  .meta({ id: "CompanyUser" });

export const CompanyUsersAnswer = z
  .strictObject({ users: z.array(CompanyUser).max(100), meta: PageMeta })
  .meta({ id: "CompanyUsersAnswer" });

export const exampleCompanyUser: z.input<typeof CompanyUser> = {
  ...exampleUser,
  user_access: { id: 2, company_id: 1, access_id: 2, access_name: "manager", primary: true },
};
