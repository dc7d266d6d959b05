import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { agent, company, createLeads, imported, made, manager, namesIn, other, T0 } from "./listed-leads.ts";

beforeAll(createLeads);

describe("who sees what", () => {
  test("an agent sees their own, and the count says no more", async () => {
    expect(await namesIn("", agent.token)).toEqual(["bo"]);
    expect(await namesIn(`assigned_to_eq=${manager.id}`, agent.token)).toEqual([]);
    expect(await namesIn("tags_in=vip,cold", agent.token)).toEqual(["bo"]);
    const { meta } = await bodyOf(call(`/companies/${company.id}/leads`, { token: agent.token }));
    expect(meta.total_records).toBe(1);
  });

  test("one who sees all and an agent get their own, one after another", async () => {
    const second = await createUser({ access: [{ company, role: "agent" }] });
    for (const [token, wanted] of [
      [agent.token, ["bo"]],
      [second.token, []],
      [manager.token, ["bo", "di", "cy", "ana"]],
      [agent.token, ["bo"]],
    ] as const) {
      expect(await namesIn("", token)).toEqual(wanted);
    }
  });

  test("an outcome without an import, and one that there is not, are refused", async () => {
    for (const query of ["import_outcome_eq=updated", "import_code_eq=imp_x&import_outcome_eq=failed"]) {
      const problem = await problemOf(
        call(`/companies/${company.id}/leads?${query}`, { token: manager.token }),
        400,
      );
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: "/import_outcome_eq" })]);
    }
  });

  test("nothing of another company, whose list has the same SQL", async () => {
    const member = await createUser({ access: [{ company: other, role: "viewer" }] });
    const { leads } = await bodyOf(call(`/companies/${other.id}/leads`, { token: member.token }));
    expect(leads.map(({ id }: { id: number }) => id)).toEqual([made.stranger?.id]);
    expect(await namesIn(`import_code_eq=${imported.importCode}`)).toEqual(["cy"]);
    const none = `/companies/${other.id}/leads?import_code_eq=${imported.importCode}`;
    expect((await bodyOf(call(none, { token: member.token }))).leads).toEqual([]);
    await problemOf(call(`/companies/${company.id}/leads`, { token: member.token }), 404);
  });

  test("an answer by a question of another company is refused as one of none", async () => {
    const member = await createUser({ access: [{ company: other, role: "viewer" }] });
    const path = `/companies/${other.id}/leads?answers.budget_eq=500`;
    const problem = await problemOf(call(path, { token: member.token }), 400);
    expect(problem.detail).toContain("there are: none");
  });
});

describe("unassigned", () => {
  test("those that nobody works, with the filters of any list", async () => {
    expect(await namesIn("", manager.token, "leads/unassigned")).toEqual(["di", "ana"]);
    expect(await namesIn("stage_eq=won", manager.token, "leads/unassigned")).toEqual(["di"]);
    expect(await namesIn(`assigned_to_eq=${agent.id}`, manager.token, "leads/unassigned")).toEqual([]);
  });

  test("an agent gets none", async () => {
    expect(await namesIn("", agent.token, "leads/unassigned")).toEqual([]);
  });
});

test("an address leads to the leads that have it: the first, its copies, and none of another company", async () => {
  const shop = await createCompany();
  const worker = await createUser({ access: [{ company: shop, role: "agent" }] });
  const owner = await createUser({ access: [{ company: shop, role: "owner" }] });
  const email = "same@one.test";
  const first = await createLead(shop, { email });
  const copy = await createLead(shop, { email, duplicateOf: first.id, assignedTo: worker.id });
  await createLead(shop, { email, duplicateOf: first.id, deletedAt: T0 });
  await createLead(shop, { email: "next@one.test" });
  await createLead(other, { email });
  const idsFor = async (token: string, query: string) => {
    const { leads, meta } = await bodyOf(call(`/companies/${shop.id}/leads?${query}`, { token }));
    expect(meta.total_records).toBe(leads.length);
    return leads.map(({ id }: { id: number }) => id);
  };
  for (const query of [`email_eq=${email}`, `email_in=${email},nobody@one.test`]) {
    expect(await idsFor(owner.token, query)).toEqual([copy.id, first.id]);
    expect(await idsFor(worker.token, query)).toEqual([copy.id]);
    expect(await idsFor(owner.token, `${query}&duplicate_of_null=true`)).toEqual([first.id]);
  }
});
