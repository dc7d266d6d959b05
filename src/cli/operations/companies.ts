import type { Call } from "./caller.ts";
import type { Scene, WithId } from "./scene.ts";
import { AVATAR } from "./users.ts";

/** Stages and companies: operations 11 to 16. @returns a new company below the scene's. */
export async function callCompanies(call: Call, { owner: token, company, run }: Scene) {
  await call("GET /stages", { token });
  await call("DELETE /companies/avatar", { token, query: { company_id: company.id } });
  await call("PUT /companies/avatar", { token, body: { company_id: company.id, ...AVATAR } });
  const { company: branch } = await call<{ company: WithId }>("POST /companies", {
    token,
    body: { name: `Branch ${run}`, parent_company_id: company.id },
  });
  await call("GET /companies", { token, query: { name_cont: run, sort: "name" } });
  await call("GET /companies/{id}", { token, params: { id: branch.id } });
  return branch;
}
