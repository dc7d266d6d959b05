import { env } from "cloudflare:test";
import { openLeads } from "../../../src/db/clients.ts";
import { importUndos } from "../../../src/db/leads/schema.ts";
import { fileLink } from "../../../src/imports/report/file-links.ts";
import { ORIGIN, upload, waitForImport } from "../../harness/api.ts";
import { createImportRow } from "../../harness/factories.ts";
import { prepareImport } from "../../harness/import-run.ts";
import { createUpload } from "../../imports/upload/parts/create-upload.ts";
import type { Deeds } from "./deed.ts";
import { company, owned, owner, post } from "./surroundings.ts";

/** Imports and their files. */
export const IMPORT_DEEDS: Deeds = {
  "POST /import": {
    "sending a file": async () => ({
      path: `/import?company_id=${company.id}`,
      asked: {
        method: "POST",
        token: owner.token,
        headers: { "Content-Type": "text/csv" },
        body: "email,first_name\nquirina@zwiebel.test,Quirina\n",
      },
      told: ({ import_file: { id } }) => [owned("import.created", id)],
    }),
  },
  "POST /import/uploads/{id}/complete": {
    "importing a file that came in parts": async () => {
      const id = await createUpload(owner, "email,first_name\nquirina@zwiebel.test,Quirina\n");
      return {
        ...post(`/import/uploads/${id}/complete`, owner, { company_id: company.id }),
        told: ({ import_file }) => [owned("import.created", import_file.id)],
      };
    },
  },
  "POST /import/{import_code}/commit": {
    "committing a dry run": async () => {
      const before = { status: 6, dryRun: true, finishedAt: Date.now() };
      const { importCode, id } = await createImportRow(company, owner, before);
      return {
        ...post(`/import/${importCode}/commit`, owner, undefined),
        told: () => [owned("import.committed", id)],
      };
    },
  },
  "POST /import/{import_code}/cancel": {
    "stopping an import": async () => ({
      ...post(
        `/import/${await prepareImport(company, "email\nquirina@zwiebel.test\n")}/cancel`,
        owner,
        undefined,
      ),
      told: ({ import_file: { id } }) => [owned("import.cancelled", id)],
    }),
  },
  "POST /import/{import_code}/retry": {
    "letting an import go on": async () => {
      const code = await prepareImport(company, "email\nquirina@zwiebel.test\n");
      await company.database.prepare("UPDATE imports SET status = 5 WHERE import_code = ?").bind(code).run();
      return {
        ...post(`/import/${code}/retry`, owner, undefined),
        told: ({ import_file: { id } }) => [owned("import.retried", id)],
      };
    },
  },
  "POST /import/{import_code}/undo": {
    "undoing an import": async () => {
      const { importCode, id } = await createImportRow(company, owner, { finishedAt: Date.now() });
      return {
        ...post(`/import/${importCode}/undo`, owner, undefined),
        told: () => [owned("import.undo_requested", id)],
      };
    },
  },
  "GET /import/{import_code}/spared_file": {
    "downloading the leads that an undo spared": async () => {
      const { importCode, id } = await createImportRow(company, owner, { status: 7 });
      await openLeads(company.database).insert(importUndos).values({
        importId: id,
        companyId: company.id,
        requestedBy: owner.id,
        nextRecord: 0,
        createdAt: 1,
        movedAt: 1,
      });
      const file = { importCode, kind: "spared_file", userId: owner.id } as const;
      return {
        path: pathOf(fileLink(env, ORIGIN, file, Date.now())),
        asked: {},
        told: () => [owned("import.spared_file_downloaded", id)],
      };
    },
  },
  "GET /import/{import_code}/original_file": {
    "downloading the original": async () => {
      const { id, original_file } = await endedImport();
      return {
        path: pathOf(original_file),
        asked: {},
        told: () => [owned("import.original_downloaded", id)],
      };
    },
    "a link that was changed": async () => {
      const { original_file } = await endedImport();
      const told = () => [];
      return { path: pathOf(original_file).replace(/.$/, "!"), asked: {}, status: 403, told };
    },
  },
  "GET /import/{import_code}/error_file": {
    "downloading the rejected records": async () => {
      const { id, error_file } = await endedImport();
      return { path: pathOf(error_file), asked: {}, told: () => [owned("import.error_file_downloaded", id)] };
    },
  },
};

const pathOf = (link: string) => link.slice(link.indexOf("/import/"));

/** An import of the company with both of its files. */
async function endedImport() {
  const { import_code } = await upload(owner.token, company.id, "email\nquirina@zwiebel.test\nquirina@\n");
  return waitForImport(import_code, owner.token);
}
