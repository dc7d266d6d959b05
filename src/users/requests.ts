import * as z from "zod";
import { NewPassword, Password } from "../auth/passwords/password-rules.ts";
import { integers, listQuery, named, oneOf, RANGE, texts, times } from "../http/lists/list-query.ts";
import { EmailInput, Id, Locale, lineOfText, PathId, PhoneInput } from "../http/validation/fields.ts";
import { ROLES, STATUSES } from "./schemas.ts";

export const UserParams = z.object({ id: PathId });
export const CompanyUsersParams = z.object({ company_id: PathId });
export const EmailQuery = z.strictObject({ email: EmailInput });

const filters = {
  id: integers("eq", "in"),
  email: texts("eq", "cont"),
  first_name: texts("cont"),
  last_name: texts("cont"),
  status: oneOf(STATUSES, "eq", "in"),
  access_id: named(Object.fromEntries(ROLES.map((role, index) => [role, index + 1])), "eq"),
  created_at: times(...RANGE),
};
const sortable = ["id", "first_name", "last_name", "email", "created_at"];

export const usersQuery = listQuery({ ...filters, company_id: integers("eq") }, sortable);
export const companyUsersQuery = listQuery(filters, sortable);

const firstName = lineOfText();
const lastName = lineOfText();
const NamedAccess = z.strictObject({
  company_id: Id,
  access_id: z.int().min(1).max(ROLES.length).meta({ description: "As in `GET /accesses`." }),
  primary: z.boolean().optional(),
});

export const CreateUserBody = z
  .strictObject({
    first_name: firstName,
    last_name: lastName,
    email: EmailInput,
    password: NewPassword.optional().meta({
      description: "Without one, the user is `pending` and gets a mail with a link to set it.",
    }),
    invitation_code: z.string().min(1).max(128).optional().meta({
      description: "From the link of an invitation to this very address.",
    }),
    user_accesses_attributes: z
      .array(NamedAccess)
      .max(50)
      .superRefine(refuseAmbiguous)
      .optional()
      .meta({
        description:
          "Accesses that the caller may give; one that only repeats what the invitation offers is fine, too. At " +
          "most one is `primary`; without one it is the invitation's, else the first.",
      }),
    phone: PhoneInput.optional(),
    locale: Locale.optional().meta({ description: "Without one, that of the primary company; else `en`." }),
  })
  .meta({
    id: "CreateUserBody",
    example: {
      first_name: "Ana",
      last_name: "Díaz",
      email: "ana@example.com",
      user_accesses_attributes: [{ company_id: 1, access_id: 3, primary: true }],
    },
  });

/** Says of which of several accesses a request cannot mean both. */
function refuseAmbiguous(accesses: z.output<typeof NamedAccess>[], context: z.RefinementCtx): void {
  for (const [index, { company_id, primary }] of accesses.entries()) {
    const before = accesses.slice(0, index);
    if (before.some((one) => one.company_id === company_id)) {
      context.addIssue({
        code: "custom",
        path: [index, "company_id"],
        message: "is there already: a user has one access in a company",
        params: { code: "duplicate" },
      });
    }
    if (primary && before.some((one) => one.primary)) {
      context.addIssue({
        code: "custom",
        path: [index, "primary"],
        message: "is another one already: exactly one access is primary",
        params: { code: "duplicate" },
      });
    }
  }
}

export const UpdateUserBody = z
  .strictObject({
    first_name: firstName.optional(),
    last_name: lastName.optional(),
    phone: PhoneInput.nullable().optional(),
    locale: Locale.optional(),
    import_mails: z.boolean().optional(),
    email: EmailInput.optional().meta({
      description:
        "The user's own to change, with `current_password` or within 5 minutes of a sign-in. Counts once the link " +
        "is opened that is mailed to the new address; the user's other sessions end then.",
    }),
    password: NewPassword.optional().meta({
      description: "The user's own to change, with `current_password`. Ends all their other sessions.",
    }),
    current_password: Password.optional(),
    status: z.enum(["active", "disabled"]).optional().meta({
      description: "For managers of the user, and not for the user.",
    }),
  })
  .superRefine(({ email, password, current_password }, context) => {
    const missing = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message, params: { code: "missing" } });
    if (password !== undefined && current_password === undefined) {
      missing("current_password", "is needed beside password");
    }
    if (password === undefined && email === undefined && current_password !== undefined) {
      missing("password", "is needed beside current_password, or email");
    }
  })
  .meta({
    id: "UpdateUserBody",
    example: { first_name: "Mariana", phone: "+52 55 1234 5678", locale: "es" },
  });

const LinkToken = z.string().min(1).max(128).meta({ description: "From the link in the mail." });
const exampleToken = "12.Qm9vX2c2dGpXc0p5aGtOZ3pUeFJ3UXJzdHV2d3h5ejAxMjM0";

export const ConfirmEmailBody = z
  .strictObject({
    token: LinkToken,
    current_password: Password.optional().meta({
      description: "The account's password, where the request comes without a session of the account.",
    }),
    password: NewPassword.optional().meta({
      description:
        "A new password instead, for the address of a sign-up: all sessions and the password before end with it.",
    }),
  })
  .meta({
    id: "ConfirmEmailBody",
    example: { token: exampleToken, current_password: "three lamps on the stairs" },
  });

export const UndoEmailChangeBody = z
  .strictObject({ token: LinkToken })
  .meta({ id: "UndoEmailChangeBody", example: { token: exampleToken } });
