import { notFound } from "../../http/errors.ts";
import { linkHeader, pageMeta } from "../../http/pagination.ts";
import { type Route, route } from "../../http/route.ts";
import { findCompany, listCompanies } from "./queries.ts";
import { CompaniesAnswer, CompanyAnswer, CompanyParams, companiesQuery, exampleCompany } from "./schemas.ts";
import { viewCompany } from "./view.ts";

export const companyRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies",
      operationId: "listCompanies",
      summary: "List companies",
      description: "The companies that the caller has access to, directly or through a parent company.",
      tag: "Companies",
      access: { kind: "signed_in" },
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
    async ({ c, actor, query }) => {
      const { rows, total } = await listCompanies(c.get("databases").directory, actor, query);
      const meta = pageMeta(query.page, query.limit, total);
      c.header("Link", linkHeader(c.req.url, meta));
      return { companies: rows.map(viewCompany), meta };
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}",
      operationId: "getCompany",
      summary: "Get a company",
      tag: "Companies",
      access: { kind: "company", role: "viewer", field: "id" },
      request: { params: CompanyParams },
      response: {
        status: 200,
        description: "The company.",
        schema: CompanyAnswer,
        example: { company: exampleCompany },
        etag: true,
      },
    },
    async ({ c, companyId }) => {
      const company = await findCompany(c.get("databases").directory, companyId);
      if (!company) throw notFound();
      return { company: viewCompany(company) };
    },
  ),
];
