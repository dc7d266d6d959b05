import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { loadById, rowPolicy } from "../http/policies/row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { createTerritory } from "./create-territory.ts";
import { matchTerritory } from "./match-territory.ts";
import { orderTerritories } from "./order-territories.ts";
import { findTerritory, listTerritories } from "./queries.ts";
import { removeTerritory } from "./remove-territory.ts";
import {
  CompanyTerritoriesParams,
  CreateTerritoryBody,
  exampleTerritory,
  MatchAnswer,
  matchQuery,
  OrderedTerritoriesAnswer,
  TerritoriesAnswer,
  TerritoryAnswer,
  TerritoryOrderBody,
  TerritoryParams,
  territoriesQuery,
  UpdateTerritoryBody,
} from "./schemas.ts";
import { expectTerritories, peopleOf, showTerritory } from "./show-territories.ts";
import { updateTerritory } from "./update-territory.ts";

const loadTerritory = loadById(findTerritory);

const tag = "Territories";

export const territoriesRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/territories/match",
      operationId: "matchTerritory",
      summary: "Find the territory of a place",
      description:
        "The first territory by priority whose lists all take the place in, or `null`. An empty list takes in any " +
        "place; what is not said of the place is in no list. Case and accents make no difference.",
      tag,
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyTerritoriesParams, query: matchQuery },
      response: {
        status: 200,
        description: "The territory, or `null`.",
        schema: MatchAnswer,
        example: { territory: exampleTerritory },
      },
    },
    async ({ call, tenant, companyId, query }) => {
      const showTerritories = expectTerritories(call.databases.directory, companyId);
      const row = await matchTerritory(tenant, companyId, query);
      const [territory = null] = await showTerritories(row ? [row] : []);
      return { territory };
    },
  ),
  route(
    {
      method: "put",
      path: "/companies/{company_id}/territories/order",
      operationId: "orderTerritories",
      summary: "Put territories in order",
      description: "Takes all territories of the company, each once, the one that comes first at first.",
      tag,
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyTerritoriesParams, body: TerritoryOrderBody },
      response: {
        status: 200,
        description: "The territories in their order.",
        schema: OrderedTerritoriesAnswer,
        example: {
          territories: [
            { id: 3, name: "Monterrey", priority: 1 },
            { id: 1, name: "North", priority: 2 },
          ],
        },
      },
    },
    async ({ tenant, companyId, body }) => ({
      territories: await orderTerritories(tenant, companyId, body.territory_ids),
    }),
  ),
  route(
    {
      method: "get",
      path: "/companies/{company_id}/territories",
      operationId: "listTerritories",
      summary: "List a company's territories",
      tag,
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyTerritoriesParams, query: territoriesQuery },
      response: {
        status: 200,
        description: "A page of territories, by priority.",
        schema: TerritoriesAnswer,
        example: {
          territories: [exampleTerritory],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, companyId, query }) => {
      const showTerritories = expectTerritories(call.databases.directory, companyId);
      const { rows, total } = await listTerritories(tenant, companyId, query);
      return { territories: await showTerritories(rows), meta: linkPage(call, query, total) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/territories",
      operationId: "createTerritory",
      summary: "Create a territory",
      description: "It comes after all others. A company has at most 500.",
      tag,
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyTerritoriesParams, body: CreateTerritoryBody },
      response: {
        status: 201,
        description: "The territory.",
        schema: TerritoryAnswer,
        example: { territory: exampleTerritory },
        headers: ["Location"],
      },
      errors: ["list_full"],
    },
    {
      create: ({ call, tenant, companyId, body, creation }) =>
        createTerritory(call.databases.directory, tenant, companyId, body, call.now, creation),
      async find({ call, tenant }, id) {
        const row = await findTerritory(tenant, id);
        return row && { row, people: await peopleOf(call.databases.directory, row) };
      },
      show({ call, companyId }, { row, people }) {
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/territories?id_eq=${row.id}`);
        return { territory: showTerritory(row, people) };
      },
    },
  ),
  route(
    {
      method: "put",
      path: "/territories/{id}",
      operationId: "updateTerritory",
      summary: "Change a territory",
      description: "Changes the fields that are given, each list as a whole.",
      tag,
      access: rowPolicy({ role: "manager", load: loadTerritory }),
      request: { params: TerritoryParams, body: UpdateTerritoryBody },
      response: {
        status: 200,
        description: "The territory.",
        schema: TerritoryAnswer,
        example: { territory: exampleTerritory },
      },
    },
    async ({ call, tenant, row, body }) => {
      const changed = await updateTerritory(call.databases.directory, tenant, row, body, call.now);
      return { territory: showTerritory(changed.row, changed.people) };
    },
  ),
  route(
    {
      method: "delete",
      path: "/territories/{id}",
      operationId: "removeTerritory",
      summary: "Remove a territory",
      description: "Those after it move up.",
      tag,
      access: rowPolicy({ role: "manager", load: loadTerritory }),
      request: { params: TerritoryParams },
      response: { status: 204, description: "It is gone." },
    },
    async ({ tenant, row }) => {
      await removeTerritory(tenant, row);
      return undefined;
    },
  ),
];
