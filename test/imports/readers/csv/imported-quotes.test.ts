import { expect, test } from "vitest";
import { upload, waitForImport } from "../../../harness/api.ts";
import { createCompany, createUser } from "../../../harness/factories.ts";
import { encode } from "./csv-text.ts";

/** Imports a file into a company of its own. @returns how it ended, its leads and what is said of them. */
async function imported(text: string) {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const { import_code: code } = await upload(token, company.id, encode(text, "utf-8"));
  const ended = await waitForImport(code, token);
  const leads = await company.database
    .prepare("SELECT email, first_name, notes FROM leads WHERE company_id = ? ORDER BY record_number")
    .bind(company.id)
    .all();
  return { ended, leads: leads.results };
}

test("a quote that belongs to the text stays in it, and is said to be in doubt", async () => {
  const { ended, leads } = await imported(
    'Nombre,Notas,Correo\nAna,"mide 5" de alto,ana@x.test\nBea,"ok, sí",bea@x.test\nCid,"mide 6" de alto",cid@x.test\n',
  );
  expect(ended).toMatchObject({ created_records: 3, failed_records: 0, warning_records: 1 });
  expect(leads).toEqual([
    { email: "ana@x.test", first_name: "Ana", notes: 'mide 5" de alto' },
    { email: "bea@x.test", first_name: "Bea", notes: "ok, sí" },
    { email: "cid@x.test", first_name: "Cid", notes: 'mide 6" de alto' },
  ]);
});
