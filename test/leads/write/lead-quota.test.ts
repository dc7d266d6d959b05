import { describe, expect, test } from "vitest";
import { limitLeads } from "../../harness/accounts/memberships.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";

const fresh = () => ({ email: `${crypto.randomUUID()}@example.test`, tags: ["vip"] });

async function limited(most: number) {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  await limitLeads(company, most);
  const child = await createCompany({ parent: company });
  const rows = async (query: string) =>
    (await company.database.prepare(query).bind(company.id, child.id).all()).results;
  return {
    create: (at: "own" | "child" = "own") =>
      call(`/companies/${(at === "own" ? company : child).id}/leads`, {
        token,
        method: "POST",
        json: fresh(),
      }),
    remove: (id: number) => bodyOf(call(`/leads/${id}`, { token, method: "DELETE" }), 204),
    restore: (id: number) => call(`/leads/${id}/restore`, { token, method: "POST" }),
    living: () => rows("SELECT id FROM leads WHERE company_id IN (?, ?) AND deleted_at IS NULL ORDER BY id"),
    counted: async () =>
      (await rows("SELECT sum(leads) AS n FROM lead_counts WHERE company_id IN (?, ?)"))[0]?.n,
    tagged: () =>
      rows("SELECT DISTINCT lead_id AS id FROM lead_tags WHERE company_id IN (?, ?) ORDER BY lead_id"),
  };
}

describe("a membership's limit of leads", () => {
  test("is that of the company and those below it together, and refuses the next one", async () => {
    const { create, remove, restore, living, counted, tagged } = await limited(2);
    const { lead } = await bodyOf(create(), 201);
    await bodyOf(create("child"), 201);
    const problem = await problemOf(create(), 402);
    expect(problem.code).toBe("membership_limit");
    expect(problem.detail).toContain("all 2");
    expect(await living()).toHaveLength(2);
    expect(await tagged()).toEqual(await living());
    await remove(lead.id);
    await bodyOf(create(), 201);
    await problemOf(restore(lead.id), 402);
    expect(await living()).not.toContainEqual({ id: lead.id });
    expect(await counted()).toBe(2);
  });

  test("of two who want the last place at once one gets it, 50 times", async () => {
    const { create, remove, restore, living, counted } = await limited(1);
    for (let run = 0; run < 50; run++) {
      const answers = await Promise.all([create(), create("child")]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 402]);
      const won = await bodyOf(answers.find(({ status }) => status === 201) as Response, 201);
      expect(await living()).toEqual([{ id: won.lead.id }]);
      await remove(won.lead.id);
      const last = await Promise.all([create(), restore(won.lead.id)]);
      expect(last.filter(({ ok }) => ok)).toHaveLength(1);
      expect(last.filter(({ status }) => status === 402)).toHaveLength(1);
      const [left, ...others] = await living();
      expect(others).toEqual([]);
      expect(await counted()).toBe(1);
      await remove(left?.id as number);
    }
  });
});
