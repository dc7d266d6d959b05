import { createUser } from "../../harness/factories.ts";
import { FORM_TYPE, formBytes } from "../../harness/form.ts";
import { createUpload } from "../../imports/upload/parts/create-upload.ts";
import { cancelledImport, sparedFileLink, undoneImport, validatedImport } from "../mint/imports.ts";
import type { Side } from "../world.ts";
import type { Asked, Case } from "./case.ts";
import { filteredBy, get, post, put, remove } from "./requests.ts";

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

const CSV = "email\nnew@example.test\n";

/** An upload of a manager of the side, who asks for it themselves too. */
async function ofManager(
  { company, word }: Side,
  ask: (path: string, of: Awaited<ReturnType<typeof createUser>>) => Asked,
): Promise<Asked> {
  const user = await createUser({ access: [{ company, role: "manager" }], firstName: "Max", lastName: word });
  return ask(`/import/uploads/${await createUpload(user, CSV)}`, user);
}

const own = { access: "own", declared: "signed_in" } as const;

export const IMPORT_CASES: Record<string, Case[]> = {
  "GET /import": [
    {
      access: "companies viewer",
      about: () => get("/import?limit=100"),
      across: (_, { company, campaign, import: done }) =>
        filteredBy("/import", [
          `company_id_eq=${company.id}`,
          `id_eq=${done.id}`,
          `import_code_eq=${done.import_code}`,
          `campaign_id_eq=${campaign.id}`,
          "sort=id&created_at_gt=2000-01-01&page=1&limit=100",
        ]),
      unseen: ({ company, campaign, import: done }) =>
        filteredBy("/import", [
          `company_id_eq=${company.id}`,
          `id_eq=${done.id}`,
          `import_code_eq=${done.import_code}`,
          `campaign_id_eq=${campaign.id}`,
        ]),
    },
  ],
  "POST /import": [
    {
      access: "company manager",
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
  ],
  "POST /import/preview": [
    {
      access: "company manager",
      about: ({ company, campaign }) => ({ ...form(company.id, campaign.id), path: "/import/preview" }),
      across: (own, other) => [
        {
          what: "the other's campaign in one's own company",
          ask: { ...form(own.company.id, other.campaign.id), path: "/import/preview" },
          status: 422,
        },
      ],
    },
  ],
  "GET /import/template": [
    {
      access: "company viewer",
      about: ({ company, campaign }) =>
        get(`/import/template?company_id=${company.id}&campaign_id=${campaign.id}`),
      across: (own, other) => [
        {
          what: "the other's campaign in one's own company",
          ask: get(`/import/template?company_id=${own.company.id}&campaign_id=${other.campaign.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /import/{import_code}": [
    {
      access: "company whole",
      declared: "company viewer",
      about: ({ import: done }) => get(`/import/${done.import_code}`),
    },
  ],
  "GET /import/{import_code}/errors": [
    {
      access: "company whole",
      declared: "company viewer",
      about: ({ import: done }) => get(`/import/${done.import_code}/errors`),
    },
  ],
  "GET /import/{import_code}/events": [
    {
      access: "company whole",
      declared: "company viewer",
      about: ({ import: done }) => get(`/import/${done.import_code}/events`),
    },
  ],
  "POST /import/{import_code}/commit": [
    {
      access: "company whole manager",
      declared: "company manager",
      about: async (side) => ({ path: `/import/${await validatedImport(side)}/commit`, method: "POST" }),
    },
  ],
  "POST /import/{import_code}/cancel": [
    {
      access: "company whole manager",
      declared: "company manager",
      about: async (side) => ({ path: `/import/${await cancelledImport(side)}/cancel`, method: "POST" }),
    },
  ],
  "POST /import/{import_code}/retry": [
    {
      access: "company whole manager",
      declared: "company manager",
      about: async (side) => ({ path: `/import/${await cancelledImport(side)}/retry`, method: "POST" }),
    },
  ],
  "POST /import/{import_code}/undo": [
    {
      access: "company whole manager",
      declared: "company manager",
      about: async (side) => ({ path: `/import/${await undoneImport(side, false)}/undo`, method: "POST" }),
    },
  ],
  "GET /import/{import_code}/spared_file": [
    {
      access: "signed_link",
      about: async (side) => link(await sparedFileLink(side)),
      across: async (own, other) => {
        const [mine, theirs] = [await undoneImport(own, true), await undoneImport(other, true)];
        const ask = link((await sparedFileLink(own)).replace(mine, theirs));
        return [{ what: "the other's import under one's own signature", ask, status: 403 }];
      },
    },
  ],
  "GET /import/{import_code}/original_file": [
    {
      access: "signed_link",
      about: ({ import: done }) => link(done.original_file),
      across: (own, other) => [turned(own.import.original_file, own, other)],
    },
  ],
  "GET /import/{import_code}/error_file": [
    {
      access: "signed_link",
      about: ({ import: done }) => link(done.error_file),
      across: (own, other) => [turned(own.import.error_file, own, other)],
    },
  ],
  "POST /import/uploads": [
    {
      access: "company manager",
      about: ({ company }) =>
        post("/import/uploads", { file_name: "new.csv", bytes: CSV.length, company_id: company.id }),
    },
  ],
  "GET /import/uploads/{id}": [{ ...own, about: (side) => ofManager(side, get) }],
  "PUT /import/uploads/{id}/parts/{n}": [
    {
      ...own,
      about: (side) =>
        ofManager(side, (path, subject) => ({ path: `${path}/parts/1`, method: "PUT", body: CSV, subject })),
    },
  ],
  "GET /import/uploads/{id}/presigned_parts": [
    { ...own, about: (side) => ofManager(side, (path, subject) => get(`${path}/presigned_parts`, subject)) },
  ],
  "PUT /import/uploads/{id}/parts": [
    {
      ...own,
      about: (side) =>
        ofManager(side, (path, subject) =>
          put(`${path}/parts`, { parts: [{ part_number: 1, etag: "0f" }] }, subject),
        ),
    },
  ],
  "POST /import/uploads/{id}/complete": [
    {
      ...own,
      about: (side) =>
        ofManager(side, (path, subject) =>
          post(`${path}/complete`, { company_id: side.company.id, campaign_id: side.campaign.id }, subject),
        ),
    },
  ],
  "DELETE /import/uploads/{id}": [{ ...own, about: (side) => ofManager(side, remove) }],
};
