import { originOf } from "../audit/record.ts";
import { findCompanyHome } from "../companies/queries.ts";
import { notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { companyPolicy } from "../http/policies/company.ts";
import { directoryRowPolicy, type LoadDirectoryRow } from "../http/policies/directory-row.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { parseId } from "../http/validation/named-id.ts";
import { createApiKey } from "./create-api-key.ts";
import { endApiKey } from "./end-api-key.ts";
import { MOST_ACTIVE } from "./make-key.ts";
import { type ApiKeyRow, findApiKey, listKeysOf } from "./queries.ts";
import {
  ApiKeyBody,
  ApiKeyParams,
  ApiKeysAnswer,
  CompanyParams,
  EXAMPLE_SECRET,
  exampleApiKey,
  keysQuery,
  NewApiKeyAnswer,
} from "./schemas.ts";
import { viewApiKey } from "./view.ts";

const tag = "API keys";

const loadApiKey: LoadDirectoryRow<ApiKeyRow> = async ({ id = "" }, db) => {
  const row = await findApiKey(db, parseId(id));
  return row?.importLink ? undefined : row;
};

export const apiKeyRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/companies/{id}/api_keys",
      operationId: "createApiKey",
      summary: "Make an API key",
      description:
        "For a program: it signs in with `Authorization: Bearer lk_…`, and is no person. The secret is in this answer " +
        "and nowhere else; a repetition with the same `Idempotency-Key` gets the key with `secret` `null`: end it and " +
        "make another. An `owner` makes keys of any role, a `manager` keys below `manager`. A key reaches the companies " +
        "below its own, as an access does. It belongs to the company: it goes on when who made it leaves, so that an account whose address " +
        "is not confirmed makes keys of companies alone that are its own from the top on. A company " +
        `has at most ${MOST_ACTIVE} that are active.`,
      tag,
      access: companyPolicy({ role: "manager", field: "id" }),
      limit: "create",
      shownOnce: true,
      request: { params: CompanyParams, body: ApiKeyBody },
      response: {
        status: 201,
        description: "The key counts from now on.",
        schema: NewApiKeyAnswer,
        example: { api_key: exampleApiKey, secret: EXAMPLE_SECRET },
        headers: ["Location"],
      },
      errors: ["list_full", "email_not_confirmed"],
    },
    {
      create: ({ call, actor, companyId, body, creation }) =>
        createApiKey(call.databases.directory, originOf(call, actor), actor, companyId, body, creation),
      async find({ call }, id) {
        const row = await findApiKey(call.databases.directory, id);
        return row && { row, secret: null };
      },
      show({ call, actor, companyId }, { row, secret }) {
        // Alone in its list, since a key has no address of its own to be read at.
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/api_keys?id_eq=${row.id}`);
        return { api_key: viewApiKey(row, actor, call.now), secret };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}/api_keys",
      operationId: "listApiKeys",
      summary: "List the API keys of a company",
      description: "Those that have ended or expired too, the newest first.",
      tag,
      access: companyPolicy({ role: "manager", field: "id" }),
      request: { params: CompanyParams, query: keysQuery },
      response: {
        status: 200,
        description: "A page of keys.",
        schema: ApiKeysAnswer,
        example: {
          api_keys: [exampleApiKey],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, companyId, query }) => {
      const [db, now] = [call.databases.directory, call.now];
      if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound();
      const { rows, total } = await listKeysOf(db, companyId, "key", query, now);
      return { api_keys: rows.map((row) => viewApiKey(row, actor, now)), meta: linkPage(call, query, total) };
    },
  ),
  route(
    {
      method: "delete",
      path: "/api_keys/{id}",
      operationId: "endApiKey",
      summary: "End an API key",
      description:
        "The next request with it is refused. Only for those who could make it; one that has ended already is a 204 too.",
      tag,
      access: directoryRowPolicy({ role: "manager", load: loadApiKey }),
      request: { params: ApiKeyParams },
      response: { status: 204, description: "It has ended." },
    },
    async ({ call, actor, row }) => {
      await endApiKey(call.databases.directory, originOf(call, actor), actor, row);
      return undefined;
    },
  ),
];
