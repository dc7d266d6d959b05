import { eq, sql } from "drizzle-orm";
import type * as z from "zod";
import type { UserActor } from "../../auth/actor.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { userAccesses, users } from "../../db/directory/schema.ts";
import { refusal } from "../../errors.ts";
import type { TargetUser } from "../../http/policies/user.ts";
import { requestEmailChange } from "../email/change-email.ts";
import type { Account, UserRow } from "../queries.ts";
import type { UpdateUserBody } from "../requests.ts";
import type { WriteContext } from "../write-context.ts";
import type { Change } from "./change.ts";
import { changePassword } from "./change-password.ts";
import { changeProfile } from "./change-profile.ts";
import { changeStatus } from "./change-status.ts";
import { commitUser } from "./commit-user.ts";
import { hasPassword, proveIdentity, wrongPassword } from "./prove-identity.ts";

type Body = z.output<typeof UpdateUserBody>;

/**
 * Changes a user: all that the request asks for, or none of it.
 *
 * @param target the caller, or somebody of whose accesses the caller manages one at least.
 * @param account of the target.
 * @throws 403 for a field that is not the caller's to change, 409 for the last owner of a company, 422 for a wrong
 * present password and for a status that cannot be given.
 */
export async function updateUser(
  context: WriteContext,
  actor: UserActor,
  target: TargetUser,
  account: Account,
  body: Body,
): Promise<UserRow> {
  const { db, origin } = context;
  refuseWhatIsNotTheirs(actor, target, account, body);

  const { password, current_password: current } = body;
  const email = body.email === account.email ? undefined : body.email;
  if (password !== undefined || email !== undefined)
    await proveIdentity(context, actor.session, account, current);

  const companyId = target.self || actor.operator ? null : primaryCompanyOf(target.id);
  const changes = [
    changeProfile(db, origin, account, body, companyId),
    ...changeStatus({ db, origin, actor, target, account, companyId }, body.status),
    // The link that a new address asks for outlives the change of the password in the same request.
    await changePassword(context, actor.session, account, password),
    await requestEmailChange(context, account, email),
  ].filter((one) => one !== null);

  const columns: Change["columns"] = Object.assign({}, ...changes.map((one) => one.columns));
  const changed = Object.keys(columns ?? {}).length > 0;
  const user = eq(users.id, target.id);
  return commitUser(
    context,
    {
      statements: [
        ...(current === undefined ? [] : [refuseUnless(db, hasPassword(account), "wrong_password")]),
        ...changes.flatMap((one) => one.guards ?? []),
        ...(changed
          ? [
              db
                .update(users)
                .set({ ...columns, updatedAt: origin.now })
                .where(user),
            ]
          : []),
        ...changes.flatMap((one) => one.statements),
      ],
      mails: changes.flatMap((one) => one.mails ?? []),
      user,
    },
    { wrong_password: wrongPassword },
  );
}

/** What of a request only the user may ask for, and what only others may. */
function refuseWhatIsNotTheirs(
  actor: UserActor,
  { self, managed, proved }: TargetUser,
  account: Account,
  body: Body,
): void {
  if (account.operator && !self && !actor.operator) {
    throw refusal("forbidden", "Only the user, or a platform operator, can change this.");
  }
  for (const field of ["email", "password"] as const) {
    if (!self && body[field] !== undefined) {
      throw refusal("forbidden", "Only the user can change this.", field);
    }
  }
  for (const field of ["first_name", "last_name", "phone", "locale", "import_mails"] as const) {
    if (!self && !managed && body[field] !== undefined) {
      const others = proved ? "a manager of all of the user's accesses" : "an operator";
      const until = proved ? "" : " as long as their address is not confirmed";
      throw refusal("forbidden", `Only the user, or ${others}, can change this${until}.`, field);
    }
  }
  if (self && body.status !== undefined) {
    throw refusal("forbidden", "You cannot change your own status: ask a manager.", "status");
  }
}

/** The company in whose name somebody manages a user: all of the user's companies are theirs to manage. */
function primaryCompanyOf(userId: number) {
  return sql`(SELECT company_id FROM ${userAccesses} WHERE user_id = ${userId} AND "primary" = 1)`;
}
