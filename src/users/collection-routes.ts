import { findCompanyHome } from "../companies/queries.ts";
import { notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { companyPolicy } from "../http/policies/company.ts";
import { optionalPolicy } from "../http/policies/open.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { createUser } from "./create-user.ts";
import { findVisibleUser, listCompanyUsers, listUsers } from "./list-users.ts";
import { findUser } from "./queries.ts";
import { CompanyUsersParams, CreateUserBody, companyUsersQuery, EmailQuery, usersQuery } from "./requests.ts";
import { CompanyUsersAnswer, exampleCompanyUser, exampleUser, UserAnswer, UsersAnswer } from "./schemas.ts";
import { companiesVisibleTo, seenByOf } from "./show-user.ts";
import { viewCompanyUser, viewUser } from "./view.ts";
import { writeContextOf } from "./write-context.ts";

const exampleMeta = { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 };

/** Users as a whole: made, listed, found. */
export const collectionRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/users",
      operationId: "createUser",
      summary: "Create a user, or sign up",
      description:
        "With `password` the user is `active`, and gets a mail with a link to confirm the address, unless an " +
        "invitation to it proves that it is theirs: until then `email_confirmed_at` is `null`, they see no " +
        "invitations and send none. Without one `pending`, and gets a mail with a link to set it, good " +
        "for 7 days.\n\n" +
        "Accesses come from an invitation to this very address, or from a caller who may give each one, and whose " +
        "own address is confirmed: owners any below `owner`, managers `agent` and `viewer`. An owner is invited. " +
        "Otherwise it is a 403, and no user is created. An `invitation_code` that is unknown, used, replaced, expired " +
        "or for another address is one and the same 422, also for the slower one of two requests at once. Where the " +
        "membership of a company allows no more users, an access in it is a 402, and no user is created.",
      tag: "Users",
      access: optionalPolicy,
      limit: "create",
      request: { body: CreateUserBody },
      response: {
        status: 201,
        description: "The user, their accesses and the mail are there.",
        schema: UserAnswer,
        example: { user: { ...exampleUser, status: "pending" } },
        headers: ["Location"],
      },
      errors: [
        "membership_limit",
        "forbidden",
        "email_not_confirmed",
        "not_found",
        "email_taken",
        "invalid_invitation",
      ],
    },
    {
      create: ({ call, actor, body, creation }) =>
        createUser(writeContextOf(call, actor), actor, body, creation),
      find: ({ call }, id) => findUser(call.databases.directory, id),
      show: async ({ call, actor }, row) => {
        call.setHeader("Location", `${BASE_PATH}/users/${row.id}`);
        return { user: viewUser(row, await companiesVisibleTo(actor, row)) };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/users",
      operationId: "listUsers",
      summary: "List users",
      description:
        "The caller, and all users with an access in a company that the caller has access to. `company_id_eq` and " +
        "`access_id_eq` ask for the company and the role of one access: together, for users who have that role " +
        "in that company itself.",
      tag: "Users",
      access: signedInPolicy,
      request: { query: usersQuery },
      response: {
        status: 200,
        description: "A page of users.",
        schema: UsersAnswer,
        example: { users: [exampleUser], meta: exampleMeta },
        headers: ["Link"],
      },
    },
    async ({ call, actor, query }) => {
      const { rows, total } = await listUsers(call.databases.directory, actor, query);
      const sees = await seenByOf(actor, rows);
      return {
        users: rows.map((row) => viewUser(row, sees(row))),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "get",
      path: "/users/find_by_email",
      operationId: "findUserByEmail",
      summary: "Find a user by e-mail",
      description:
        "A user who shares a company with the caller. For anybody else it is the same 404 as for an address " +
        "without an account.",
      tag: "Users",
      access: signedInPolicy,
      limit: "lookup",
      request: { query: EmailQuery },
      response: {
        status: 200,
        description: "The user.",
        schema: UserAnswer,
        example: { user: exampleUser },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, actor, query }) => {
      const row = await findVisibleUser(call.databases.directory, actor, query.email);
      if (!row) throw notFound();
      return { user: viewUser(row, await companiesVisibleTo(actor, row)) };
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{company_id}/users",
      operationId: "listCompanyUsers",
      summary: "List the users of a company",
      description:
        "Users with an access in the company itself, each with that access. Those who come by a company above it " +
        "are listed there.",
      tag: "Users",
      access: companyPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyUsersParams, query: companyUsersQuery },
      response: {
        status: 200,
        description: "A page of users.",
        schema: CompanyUsersAnswer,
        example: { users: [exampleCompanyUser], meta: exampleMeta },
        headers: ["Link"],
      },
    },
    async ({ call, actor, companyId, query }) => {
      const db = call.databases.directory;
      const { rows, total } = await listCompanyUsers(db, companyId, query);
      // An operator may ask for any number; every other caller here has an access in the company.
      if (total.records === 0 && !(await findCompanyHome(db, companyId))) throw notFound();
      const sees = await seenByOf(actor, rows);
      return {
        users: rows.map((row) => viewCompanyUser(row, sees(row))),
        meta: linkPage(call, query, total),
      };
    },
  ),
];
