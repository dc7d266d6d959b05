import { type Route, route } from "../../http/route.ts";
import { confirmEmail } from "./confirm-email.ts";
import { ConfirmEmailBody, UpdateUserBody, UserParams } from "./requests.ts";
import { exampleUser, UserAnswer } from "./schemas.ts";
import { seenBy, showUser } from "./show-user.ts";
import { updateUser } from "./update-user.ts";
import { viewUser } from "./view.ts";

/** One user: shown and changed. */
export const memberRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/users/confirm_email",
      operationId: "confirmEmail",
      summary: "Confirm a new e-mail address",
      description:
        "Completes the change that `PUT /users/{id}` asked for. The link counts once, for 24 hours, until a newer " +
        "one is asked for or the password is changed.",
      tag: "Users",
      access: { kind: "public" },
      limit: "reset",
      request: { body: ConfirmEmailBody },
      response: {
        status: 200,
        description: "The address is the user's.",
        schema: UserAnswer,
        example: { user: exampleUser },
      },
      errors: ["invalid_token", "email_taken"],
    },
    async ({ c, body }) => ({ user: viewUser(await confirmEmail(c, body.token), () => true) }),
  ),
  route(
    {
      method: "get",
      path: "/users/{id}",
      operationId: "getUser",
      summary: "Get a user",
      description:
        "`primary_access` and `primary_company` are `null` where the caller does not see that company.",
      tag: "Users",
      access: { kind: "user", may: "see", field: "id" },
      request: { params: UserParams },
      response: {
        status: 200,
        description: "The user.",
        schema: UserAnswer,
        example: { user: exampleUser },
        etag: true,
      },
    },
    async ({ c, actor, target }) => ({
      user: await showUser(c.get("databases").directory, actor, target.id),
    }),
  ),
  route(
    {
      method: "put",
      path: "/users/{id}",
      operationId: "updateUser",
      summary: "Change a user",
      description:
        "What is not named stays as it is; all of it is changed, or nothing.\n\n" +
        "- `first_name`, `last_name`, `phone`, `locale`: by the user, and by whoever manages all of their accesses.\n" +
        "- `email`: by the user. It changes once the link is opened that goes to the new address " +
        "(`PUT /users/confirm_email`); the present address gets a notice. The answer is the same for an address " +
        "that is taken.\n" +
        "- `password`: by the user, with `current_password`. Ends all their other sessions.\n" +
        "- `status`: by whoever manages the user, and not by the user. `disabled` counts from the next request on; " +
        "`active` takes it back. Who manages all of the user's accesses, and an operator, disables the account. Who " +
        "manages only some suspends these: the user is cut off from those companies, is shown as `disabled` there, " +
        "and stays what they are elsewhere. The last owner of a company is disabled by operators alone. A user who " +
        "never set a password goes back to `pending`, and becomes active by setting one.",
      tag: "Users",
      access: { kind: "user", may: "manage_somewhere", field: "id" },
      request: { params: UserParams, body: UpdateUserBody },
      response: {
        status: 200,
        description: "The user as they are now.",
        schema: UserAnswer,
        example: { user: exampleUser },
      },
      errors: ["last_owner", "wrong_password"],
    },
    async ({ c, actor, target, body }) => {
      const row = await updateUser(c, actor, target, body);
      return { user: viewUser(row, seenBy(actor, row.id)) };
    },
  ),
];
