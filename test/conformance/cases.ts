import type { Call } from "../harness/api.ts";
import { PASSWORD } from "../harness/factories.ts";
import { FORM_TYPE, formBytes } from "../harness/form.ts";
import type { Side } from "./world.ts";

/** A request without its caller. */
export interface Asked extends Call {
  path: string;
}

export interface Case {
  /** Who may do this, from the contract; the route has to say the same. */
  access: "public" | "signed_link" | "signed_in" | "companies" | { company: "viewer" | "manager" | "owner" };
  /** A request that is right in itself, about what belongs to a side. */
  about(side: Side): Asked;
  /** Requests from one side that name what is the other's in some other place, and the status that they get. */
  across?(own: Side, other: Side): { what: string; ask: Asked; status: number }[];
}

const link = (url: string): Asked => ({ path: url.slice(url.indexOf("/import/")) });
/** A link to one's own file, turned to what is the other's. */
const turned = (url: string, own: Side, other: Side) => ({
  what: "the other's import under one's own signature",
  ask: link(url.replace(own.import.import_code, other.import.import_code)),
  status: 403,
});

const form = (company: number, campaign: number): Asked => ({
  path: "/import",
  method: "POST",
  headers: { "Content-Type": FORM_TYPE },
  body: formBytes([
    { name: "company_id", value: String(company) },
    { name: "campaign_id", value: String(campaign) },
    { name: "file", fileName: "new.csv", value: "email\nnew@example.test\n" },
  ]),
});

let addresses = 0;
const login = (email: string, password: string): Asked => ({
  path: "/users/login",
  method: "POST",
  json: { email, password },
  headers: { "CF-Connecting-IP": `2001:db8::${++addresses}` },
});

/** A case for every route, by method and path. */
export const CASES: Record<string, Case> = {
  "POST /users/login": {
    access: "public",
    about: (side) => login(side.owner.email, PASSWORD),
    across: (_, other) => [
      { what: "the other's address with a guess", ask: login(other.owner.email, "guess"), status: 401 },
    ],
  },
  "GET /users/validate_jwt": { access: "signed_in", about: () => ({ path: "/users/validate_jwt" }) },
  "GET /companies": {
    access: "signed_in",
    about: () => ({ path: "/companies?limit=100" }),
    across: (_, { company }) => [
      { what: "the other's id", ask: { path: `/companies?id_eq=${company.id}` }, status: 200 },
      { what: "the other's id in a list", ask: { path: `/companies?id_in=1,${company.id}` }, status: 200 },
      {
        what: "the other's name",
        ask: { path: `/companies?name_start=${company.name.slice(0, 4)}` },
        status: 200,
      },
      {
        what: "the other's children",
        ask: { path: `/companies?parent_company_id_eq=${company.id}` },
        status: 200,
      },
    ],
  },
  "GET /companies/{id}": {
    access: { company: "viewer" },
    about: ({ company }) => ({ path: `/companies/${company.id}` }),
  },
  "GET /import": {
    access: "companies",
    about: () => ({ path: "/import?limit=100" }),
    across: (_, { company, campaign, import: done }) =>
      [
        `company_id_eq=${company.id}`,
        `id_eq=${done.id}`,
        `import_code_eq=${done.import_code}`,
        `campaign_id_eq=${campaign.id}`,
        "sort=id&created_at_gt=2000-01-01&page=1&limit=100",
      ].map((query) => ({ what: query, ask: { path: `/import?${query}` }, status: 200 })),
  },
  "POST /import": {
    access: { company: "manager" },
    about: ({ company, campaign }) => form(company.id, campaign.id),
    across: (own, other) => [
      {
        what: "the other's campaign in one's own company",
        ask: form(own.company.id, other.campaign.id),
        status: 422,
      },
      {
        what: "one's own campaign in the other's company",
        ask: form(other.company.id, own.campaign.id),
        status: 404,
      },
      {
        what: "the other's company in the query of a raw body",
        ask: {
          path: `/import?company_id=${other.company.id}`,
          method: "POST",
          body: "email\nnew@example.test\n",
          headers: { "Content-Type": "text/csv" },
        },
        status: 404,
      },
    ],
  },
  "GET /import/{import_code}": {
    access: { company: "viewer" },
    about: ({ import: done }) => ({ path: `/import/${done.import_code}` }),
  },
  "GET /import/{import_code}/original_file": {
    access: "signed_link",
    about: ({ import: done }) => link(done.original_file),
    across: (own, other) => [turned(own.import.original_file, own, other)],
  },
  "GET /import/{import_code}/error_file": {
    access: "signed_link",
    about: ({ import: done }) => link(done.error_file),
    across: (own, other) => [turned(own.import.error_file, own, other)],
  },
};
