import { requireFound } from "../errors.ts";
import { pageMeta } from "../http/lists/pagination.ts";
import { optionalPolicy, publicPolicy } from "../http/policies/open.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { userPolicy } from "../http/policies/user.ts";
import { type Route, route } from "../http/route.ts";
import { exampleInvitation } from "../invitations/schemas.ts";
import { viewInvitationAs } from "../invitations/view.ts";
import { Message } from "../passwords/schemas.ts";
import { confirmEmail } from "./email/confirm-email.ts";
import { requestConfirmation } from "./email/request-confirmation.ts";
import { undoEmailChange } from "./email/undo-email-change.ts";
import { findAccountOf, findUser } from "./queries.ts";
import { ConfirmEmailBody, UndoEmailChangeBody, UpdateUserBody, UserParams } from "./requests.ts";
import { EmailConfirmed, exampleUser, UserAnswer } from "./schemas.ts";
import { companiesVisibleTo } from "./show-user.ts";
import { updateUser } from "./update/update-user.ts";
import { viewUser } from "./view.ts";
import { writeContextOf } from "./write-context.ts";

const CONFIRMATION_SENT = "If your address is not confirmed yet, a link to confirm it is on its way.";
const UNDONE = "The address is the old one again. A link to set a new password is on its way to it.";

/** One user: shown and changed. */
export const memberRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/users/confirm_email",
      operationId: "confirmEmail",
      summary: "Confirm an e-mail address",
      description:
        "Shows that the address of a sign-up is the user's (7 days), or completes the change that `PUT /users/{id}` " +
        "asked for (24 hours), which ends the user's other sessions. The link counts once, until a newer change is " +
        "asked for or the password is changed.\n\n" +
        "It shows whose the mailbox is, not who made the account. So it takes a session of the account " +
        "(`Authorization`) or its `current_password`. Without either, the person chooses a new `password` for the " +
        "account of a sign-up: all its sessions and the password before end. Of an account that somebody else made " +
        "with a password, this is what the link always takes.\n\n" +
        "The answer tells of the invitations that wait for the address: the first page of `GET /invitations/pending`, " +
        "as the user sees it from now on.",
      tag: "Users",
      access: optionalPolicy,
      limit: "reset",
      request: { body: ConfirmEmailBody },
      response: {
        status: 200,
        description: "The address is the user's.",
        schema: EmailConfirmed,
        example: {
          user: exampleUser,
          invitations: [{ ...exampleInvitation, email: exampleUser.email, invited_by: null }],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
      },
      errors: ["invalid_token", "email_taken", "wrong_password"],
    },
    async ({ call, actor, body }) => {
      const { token, current_password: currentPassword, password: newPassword } = body;
      const confirmation = { token, currentPassword, newPassword };
      const { row, waiting } = await confirmEmail(writeContextOf(call, actor), actor, confirmation);
      return {
        user: viewUser(row, () => true),
        invitations: waiting.rows.map((one) => viewInvitationAs(one, one.isInside, call.now)),
        meta: pageMeta(waiting.page, waiting.limit, waiting.total),
      };
    },
  ),
  route(
    {
      method: "post",
      path: "/users/confirm_email",
      operationId: "requestConfirmation",
      summary: "Ask for the mail to confirm one's address",
      description:
        "Mails the link again that came with the sign-up; those before it still count. Nothing is mailed where the " +
        "address is confirmed, or after three that were asked for within an hour, or six within a day; what others " +
        "have mailed to the address does not count.",
      tag: "Users",
      access: signedInPolicy,
      limit: "reset",
      response: {
        status: 200,
        description: "Noted.",
        schema: Message,
        example: { message: CONFIRMATION_SENT },
      },
    },
    async ({ call, actor }) => {
      await requestConfirmation(call.env, call.databases.directory, actor.userId, call.now);
      return { message: CONFIRMATION_SENT };
    },
  ),
  route(
    {
      method: "put",
      path: "/users/undo_email_change",
      operationId: "undoEmailChange",
      summary: "Undo a change of e-mail address",
      description:
        "With the link that was mailed to the old address, for 7 days after the change: the account gets the " +
        "address back, all sessions end, the password stops counting, and a link to set a new one is mailed.",
      tag: "Users",
      access: publicPolicy,
      limit: "reset",
      request: { body: UndoEmailChangeBody },
      response: { status: 200, description: "It is undone.", schema: Message, example: { message: UNDONE } },
      errors: ["invalid_token", "email_taken"],
    },
    async ({ call, body }) => {
      await undoEmailChange(writeContextOf(call, null), body.token);
      return { message: UNDONE };
    },
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
      access: userPolicy({ may: "see", field: "id" }),
      request: { params: UserParams },
      response: {
        status: 200,
        description: "The user.",
        schema: UserAnswer,
        example: { user: exampleUser },
        etag: true,
      },
    },
    {
      early: ({ params, databases }) => findUser(databases.directory, params.id),
      async handle({ actor, read }) {
        const row = requireFound(read);
        return { user: viewUser(row, await companiesVisibleTo(actor, row)) };
      },
    },
  ),
  route(
    {
      method: "put",
      path: "/users/{id}",
      operationId: "updateUser",
      summary: "Change a user",
      description:
        "What is not named stays as it is; all of it is changed, or nothing.\n\n" +
        "- `first_name`, `last_name`, `phone`, `locale`: by the user, and by managers of all of their accesses once " +
        "the user's address is confirmed.\n" +
        "- `email`: by the user, with `current_password` or within 5 minutes of a sign-in. It changes once the link " +
        "is opened that goes to the new address (`PUT /users/confirm_email`), and their other sessions end then. The " +
        "present address gets a link that undoes it for 7 days. The answer is the same for an address that is " +
        "taken.\n" +
        "- `password`: by the user, with `current_password`. Ends all their other sessions.\n" +
        "- `status`: by managers of the user, and not by the user. `disabled` counts from the next request on; " +
        "`active` takes it back. Who manages all of the user's accesses disables the account once its address is " +
        "confirmed, and an operator any account. Who else manages accesses suspends these: the user is cut off from " +
        "those companies, is shown as `disabled` there, and stays what they are elsewhere. The last owner of a " +
        "company is disabled by operators alone. A user who never set a password goes back to `pending`, and becomes " +
        "active by setting one.",
      tag: "Users",
      access: userPolicy({ may: "manage_somewhere", field: "id" }),
      request: { params: UserParams, body: UpdateUserBody },
      response: {
        status: 200,
        description: "The user as they are now.",
        schema: UserAnswer,
        example: { user: exampleUser },
      },
      errors: ["last_owner", "wrong_password"],
    },
    {
      early: ({ params, databases }) => findAccountOf(databases.directory, params.id),
      async handle({ call, actor, target, body, read }) {
        const account = requireFound(read);
        const row = await updateUser(writeContextOf(call, actor), actor, target, account, body);
        return { user: viewUser(row, await companiesVisibleTo(actor, row)) };
      },
    },
  ),
];
