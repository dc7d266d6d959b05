import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { loadById, rowPolicy } from "../http/policies/row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { findSource, listSources } from "./queries.ts";
import {
  CompanySourcesParams,
  CreateSourceBody,
  exampleSource,
  SourceAnswer,
  SourceParams,
  SourcesAnswer,
  sourcesQuery,
  UpdateSourceBody,
} from "./schemas.ts";
import { viewSource } from "./view.ts";
import { createSource, removeSource, updateSource } from "./write-source.ts";

const loadSource = loadById(findSource);

const tag = "Sources";

export const sourcesRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/sources",
      operationId: "listSources",
      summary: "List a company's sources",
      description:
        "The names that a team offers for the `source` of a lead. That itself is free text: an import brings any.",
      tag,
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanySourcesParams, query: sourcesQuery },
      response: {
        status: 200,
        description: "A page of sources, by name.",
        schema: SourcesAnswer,
        example: {
          sources: [exampleSource],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, companyId, query }) => {
      const { rows, total } = await listSources(tenant, companyId, query);
      return { sources: rows.map(viewSource), meta: linkPage(call, query, total) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/sources",
      operationId: "createSource",
      summary: "Add a source",
      description:
        "No two of a company have the same name; case, accents and spaces make no difference. There are at most 500.",
      tag,
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanySourcesParams, body: CreateSourceBody },
      response: {
        status: 201,
        description: "The source.",
        schema: SourceAnswer,
        example: { source: exampleSource },
        headers: ["Location"],
      },
      errors: ["source_exists", "list_full"],
    },
    {
      create: ({ call, tenant, companyId, body, creation }) =>
        createSource(tenant, companyId, body, call.now, creation),
      find: ({ tenant }, id) => findSource(tenant, id),
      show: ({ call, companyId }, source) => {
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/sources?id_eq=${source.id}`);
        return { source: viewSource(source) };
      },
    },
  ),
  route(
    {
      method: "put",
      path: "/sources/{id}",
      operationId: "updateSource",
      summary: "Change a source",
      description: "Changes the fields that are given. Leads keep the text that they have.",
      tag,
      access: rowPolicy({ role: "manager", load: loadSource }),
      request: { params: SourceParams, body: UpdateSourceBody },
      response: {
        status: 200,
        description: "The source.",
        schema: SourceAnswer,
        example: { source: exampleSource },
      },
      errors: ["source_exists"],
    },
    async ({ tenant, row, body }) => ({ source: viewSource(await updateSource(tenant, row, body)) }),
  ),
  route(
    {
      method: "delete",
      path: "/sources/{id}",
      operationId: "removeSource",
      summary: "Remove a source",
      description: "It is no longer offered. Leads keep the text that they have.",
      tag,
      access: rowPolicy({ role: "manager", load: loadSource }),
      request: { params: SourceParams },
      response: { status: 204, description: "It is gone." },
    },
    async ({ tenant, row }) => {
      await removeSource(tenant, row);
      return undefined;
    },
  ),
];
