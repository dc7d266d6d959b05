import { beforeAll } from "vitest";
import { mintTenant, type Tenant } from "../../../../src/db/leads/tenant.ts";
import { indexStore } from "../../../../src/leads/list/search/index-leads.ts";
import { bodyOf, call } from "../../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../../harness/factories.ts";
import { ENDLESS } from "../../../harness/import-run.ts";
import { createLead } from "../../../harness/leads.ts";

export let company: TestCompany;

export let neighbour: TestCompany;

export let manager: TestUser;

export let agent: TestUser;

export let tenant: Tenant;

export const ids: Record<string, number> = {};

export async function find(q: string, query = "", token = manager.token): Promise<(string | undefined)[]> {
  const path = `/companies/${company.id}/leads?q=${encodeURIComponent(q)}&${query}`;
  const { leads } = await bodyOf(call(path, { token }));
  return leads.map(
    ({ id }: { id: number }) => Object.keys(ids).find((name) => ids[name] === id) ?? String(id),
  );
}

export const indexAll = (of = tenant) => indexStore(of, ENDLESS);

/** Makes a company with leads, and indexes them. */
export function prepareSearch(): void {
  beforeAll(async () => {
    company = await createCompany({ store: 1 });
    neighbour = await createCompany({ store: 1 });
    manager = await createUser({ access: [{ company, role: "manager" }] });
    agent = await createUser({ access: [{ company, role: "agent" }] });
    tenant = mintTenant(1, company.database, "all");
    const lead = async (name: string, differs: Parameters<typeof createLead>[1]) => {
      ids[name] = (await createLead(company, differs)).id;
    };
    await lead("lucia", {
      firstName: "Lucía",
      lastName: "Romero Ñandú",
      email: "lu@one.test",
      phone: "+525512345678",
    });
    await lead("ivan", {
      firstName: "IVÁN",
      companyName: "Café 100% Aurora",
      email: "ivan_x@two.test",
      assignedTo: agent.id,
    });
    await lead("li", {
      firstName: "Li",
      lastName: "Wang",
      email: null,
      phone: null,
      phoneRaw: "ext. 77-88",
    });
    await lead("odd", { firstName: 'Say "hi" *', lastName: "NEAR(a) 😀😀😀", email: "odd@three.test" });
    await lead("gone", { firstName: "Lucía", email: "gone@one.test", deletedAt: 1 });
    await createLead(neighbour, { firstName: "Lucía", lastName: "Romero", email: "lucia@neighbour.test" });
    await indexAll();
  });
}
