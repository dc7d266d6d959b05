import type * as z from "zod";
import { createClient, followImport } from "../../client/index.ts";
import type { ImportFileAnswer } from "../../imports/schemas.ts";
import type { Call } from "./caller.ts";
import type { Scene } from "./scene.ts";

type Answer = z.output<typeof ImportFileAnswer>;

const FILES = {
  before: "email,first_name,phone\nana@example.com,Ana,+52 55 1234 5678\n",
  called: "email;nombre;teléfono\nluis@example.com;Luis;55 8765 4321\nno-address;Nobody;\n",
};

/** The import: operations 31 to 33. It is over when the imports are. */
export async function callImports(call: Call, { owner: token, company, ask, url }: Scene): Promise<void> {
  const client = createClient({ url, key: token });
  const body = uploadOf(company.id, FILES.before);
  const { import_file: before } = await ask<Answer>("/import", { method: "POST", body });
  await followImport(client, before.import_code);

  await call("GET /import", { token, query: { company_id_eq: company.id } });
  await call("GET /import/{import_code}", { token, params: { import_code: before.import_code } });
  const { import_file: started } = await call<Answer>("POST /import", {
    token,
    body: uploadOf(company.id, FILES.called),
  });
  await followImport(client, started.import_code);
}

function uploadOf(companyId: number, csv: string): FormData {
  const form = new FormData();
  form.set("company_id", String(companyId));
  form.set("file", new Blob([csv], { type: "text/csv" }), "leads.csv");
  return form;
}
