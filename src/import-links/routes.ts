import { endKey } from "../api-keys/end-api-key.ts";
import { MOST_ACTIVE } from "../api-keys/make-key.ts";
import { type ApiKeyRow, findApiKey, listKeysOf } from "../api-keys/queries.ts";
import { keysQuery } from "../api-keys/schemas.ts";
import { originOf } from "../audit/record.ts";
import { findCampaign } from "../campaigns/queries.ts";
import { findCompanyHome } from "../companies/queries.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError, notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { companyPolicy } from "../http/policies/company.ts";
import { directoryRowPolicy, type LoadDirectoryRow } from "../http/policies/directory-row.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { parseId } from "../http/validation/named-id.ts";
import { createImportLink } from "./create-import-link.ts";
import {
  CompanyParams,
  EXAMPLE_TOKEN,
  exampleImportLink,
  ImportLinkBody,
  ImportLinkParams,
  ImportLinksAnswer,
  NewImportLinkAnswer,
} from "./schemas.ts";
import { viewImportLink } from "./view.ts";

const tag = "Import links";

const loadImportLink: LoadDirectoryRow<ApiKeyRow> = async ({ id = "" }, db) => {
  const row = await findApiKey(db, parseId(id));
  return row?.importLink ? row : undefined;
};

export const importLinkRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/companies/{id}/import_links",
      operationId: "createImportLink",
      summary: "Make a link for imports",
      description:
        "A token for other people's pages: `Authorization: Bearer il_…` lets a page of `allowed_origin` preview, try, " +
        "commit and follow its own imports into one company and campaign, and every other route is a 403. Its imports " +
        "begin as a dry run; the commit of a file of more than `most_records` records is a 409. The holder of the token " +
        "learns by an import which of its people are leads already. It is in this answer and nowhere else; a " +
        `repetition with the same \`Idempotency-Key\` gets \`null\`. A company has at most ${MOST_ACTIVE} that are active.`,
      tag,
      access: companyPolicy({ role: "manager", field: "id" }),
      limit: "create",
      shownOnce: true,
      request: { params: CompanyParams, body: ImportLinkBody },
      response: {
        status: 201,
        description: "The link counts from now on.",
        schema: NewImportLinkAnswer,
        example: { import_link: exampleImportLink, token: EXAMPLE_TOKEN },
        headers: ["Location"],
      },
      errors: ["list_full", "email_not_confirmed"],
    },
    {
      early: ({ body: { campaign_id: id }, tenantOf }) => campaignOf(tenantOf, id),
      create: ({ call, body, creation, read: campaign, ...maker }) =>
        createImportLink(
          call.databases.directory,
          originOf(call, maker.actor),
          maker,
          body,
          campaign,
          creation,
        ),
      async find({ call }, id) {
        const row = await findApiKey(call.databases.directory, id);
        return row && { row, secret: null };
      },
      show({ call, actor, companyId }, { row, secret }) {
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/import_links?id_eq=${row.id}`);
        return { import_link: viewImportLink(row, actor, call.now), token: secret };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}/import_links",
      operationId: "listImportLinks",
      summary: "List the links for imports of a company",
      description: "Those that have ended or expired too, the newest first.",
      tag,
      access: companyPolicy({ role: "manager", field: "id" }),
      request: { params: CompanyParams, query: keysQuery },
      response: {
        status: 200,
        description: "A page of links.",
        schema: ImportLinksAnswer,
        example: {
          import_links: [exampleImportLink],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, companyId, query }) => {
      const [db, now] = [call.databases.directory, call.now];
      if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound();
      const { rows, total } = await listKeysOf(db, companyId, "importLink", query, now);
      return {
        import_links: rows.map((row) => viewImportLink(row, actor, now)),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "delete",
      path: "/import_links/{id}",
      operationId: "endImportLink",
      summary: "End a link for imports",
      description:
        "The next request with it is refused; an import that it has started goes on. One that has ended already is a 204 too.",
      tag,
      access: directoryRowPolicy({ role: "manager", load: loadImportLink }),
      request: { params: ImportLinkParams },
      response: { status: 204, description: "It has ended." },
    },
    async ({ call, actor, row }) => {
      await endKey(call.databases.directory, originOf(call, actor), "import_link.ended", row);
      return undefined;
    },
  ),
];

/** The campaign that a link is for; `undefined` for none, and where there is no such campaign in any store. */
async function campaignOf(tenantOf: (id: number) => Tenant, id: number | null | undefined) {
  if (!id) return undefined;
  try {
    return await findCampaign(tenantOf(id), id);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
