import { originOf } from "../audit/record.ts";
import { settingsOf } from "../env.ts";
import { notFound, requireFound } from "../errors.ts";
import { linkPage, unavailableStores } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { companiesPolicy } from "../http/policies/companies.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { createCompany } from "./create-company.ts";
import { listCompanies } from "./list-companies.ts";
import { findCompany } from "./queries.ts";
import {
  CompaniesAnswer,
  CompanyAnswer,
  CompanyBody,
  CompanyParams,
  companiesQuery,
  exampleCompany,
  NewCompanyBody,
} from "./schemas.ts";
import { currentCycleOf, showCompanies, showCompany } from "./show-companies.ts";
import { updateCompany } from "./update-company.ts";
import { viewCompany } from "./view.ts";

export const companyRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies",
      operationId: "listCompanies",
      summary: "List companies",
      description:
        "The companies that the caller has access to, directly or through a parent company. " +
        "`without_owner_since_null=false` finds those that nobody owns (any more) who is active and whose address is " +
        "confirmed.",
      tag: "Companies",
      access: companiesPolicy({ role: "viewer" }),
      request: { query: companiesQuery },
      response: {
        status: 200,
        description: "A page of companies.",
        schema: CompaniesAnswer,
        example: {
          companies: [exampleCompany],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, openTenants, query }) => {
      const { rows, total } = await listCompanies(call.databases.directory, actor, query);
      const { companies, unavailable } = await showCompanies(openTenants, rows, call.now);
      return { companies, meta: { ...linkPage(call, query, total), ...unavailableStores(unavailable) } };
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}",
      operationId: "getCompany",
      summary: "Get a company",
      tag: "Companies",
      access: tenantPolicy({ role: "viewer", field: "id" }),
      request: { params: CompanyParams },
      response: {
        status: 200,
        description: "The company.",
        schema: CompanyAnswer,
        example: { company: exampleCompany },
        etag: true,
      },
    },
    async ({ call, companyId, tenant }) => {
      const company = await findCompany(call.databases.directory, companyId);
      if (!company) throw notFound();
      return { company: await showCompany(tenant, company, call.now) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies",
      operationId: "createCompany",
      summary: "Create a company",
      description:
        "The caller becomes its owner. Below a parent company, which takes its owner too (with a confirmed address, unless " +
        "they made the tree themselves), it has the parent's time " +
        "zone, country and language unless others are named; a tree has at most five levels. Without a parent the " +
        "time zone is UTC and the language the caller's. A caller whom the membership of the parent company does not " +
        "have among its users yet is a 402 where it allows no more.",
      tag: "Companies",
      access: signedInPolicy,
      limit: "create",
      request: { body: NewCompanyBody },
      response: {
        status: 201,
        description: "The company is there.",
        schema: CompanyAnswer,
        example: {
          company: {
            ...exampleCompany,
            id: 9,
            name: "Demo Agency North",
            parent_company_id: 1,
            membership: null,
          },
        },
        headers: ["Location"],
      },
      errors: ["membership_limit", "not_found", "forbidden", "email_not_confirmed", "too_deep", "store_full"],
    },
    {
      create: ({ call, actor, body, creation }) => {
        const { directory, stores } = call.databases;
        return createCompany(
          directory,
          originOf(call, actor),
          actor,
          body,
          { stores, maxStoreBytes: settingsOf(call.env).maxStoreBytes },
          creation,
        );
      },
      find: ({ call }, id) => findCompany(call.databases.directory, id),
      show: ({ call }, company) => {
        call.setHeader("Location", `${BASE_PATH}/companies/${company.id}`);
        return { company: viewCompany(company) };
      },
    },
  ),
  route(
    {
      method: "put",
      path: "/companies/{id}",
      operationId: "updateCompany",
      summary: "Change a company",
      description: "Takes what is to change; where it stands in its tree stays as it is.",
      tag: "Companies",
      access: tenantPolicy({ role: "owner", field: "id" }),
      request: { params: CompanyParams, body: CompanyBody },
      response: {
        status: 200,
        description: "The company as it is now.",
        schema: CompanyAnswer,
        example: { company: { ...exampleCompany, timezone: "America/Tijuana" } },
      },
    },
    {
      early: ({ params, databases }) => findCompany(databases.directory, params.id),
      async handle({ call, actor, tenant, body, read }) {
        const company = requireFound(read);
        const { directory } = call.databases;
        const [updated, cycle] = await Promise.all([
          updateCompany(directory, originOf(call, actor), company, body),
          currentCycleOf(tenant, company, call.now),
        ]);
        return { company: viewCompany(updated, cycle) };
      },
    },
  ),
];
