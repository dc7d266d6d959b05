import { describe, expect, test } from "vitest";
import { bodyOf, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import {
  agent,
  company,
  create,
  created,
  fresh,
  manager,
  prepareCreation,
  refused,
  rival,
} from "./create-calls.ts";

prepareCreation();

describe("who", () => {
  test("an agent's new lead is their own, and nobody else's", async () => {
    expect((await created({ email: fresh() }, agent.token)).assigned_to.id).toBe(agent.id);
    expect((await created({ email: fresh(), assigned_to: agent.id }, agent.token)).assigned_to.id).toBe(
      agent.id,
    );
    expect(await refused({ email: fresh(), assigned_to: manager.id }, 403, agent.token)).toBe(
      "/assigned_to forbidden",
    );
    expect(await refused({ email: fresh(), assigned_to: null }, 403, agent.token)).toBe(
      "/assigned_to forbidden",
    );
  });

  test("a lead is worked by somebody with an access in the company or above", async () => {
    const child = await createCompany({ parent: company });
    const below = await createUser({ access: [{ company: child, role: "agent" }] });
    const disabled = await createUser({ access: [{ company, role: "agent" }], status: "disabled" });
    for (const id of [rival.agent.id, below.id, disabled.id, 999_999_999]) {
      expect(await refused({ email: fresh(), assigned_to: id })).toBe("/assigned_to not_found");
    }
    const json = { email: fresh(), assigned_to: agent.id };
    expect((await bodyOf(create(json, manager.token, child), 201)).lead.assigned_to.id).toBe(agent.id);
  });

  test("a viewer creates none, and to strangers the company is not there", async () => {
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    expect(await refused({ email: fresh() }, 403, viewer.token)).toBe("forbidden");
    expect(await refused({ email: fresh() }, 404, rival.agent.token)).toBe("not_found");
  });

  test("a campaign of another company is none", async () => {
    expect(await refused({ email: fresh(), campaign_id: rival.campaign.id })).toBe("/campaign_id not_found");
  });
});

describe("the same person", () => {
  test("is refused, and named to callers who see them", async () => {
    const email = fresh();
    const { id } = await created({ email });
    const detail = async (token: string, json: unknown = { email }) =>
      (await problemOf(create(json, token), 409)).errors;
    const error = { pointer: "/email", code: "lead_exists" };
    expect(await problemOf(create({ email }, manager.token), 409)).toHaveProperty("lead_id", id);
    expect(await problemOf(create({ email }, agent.token), 409)).not.toHaveProperty("lead_id");
    expect(await detail(manager.token, { email: email.toUpperCase() })).toEqual([
      { ...error, detail: `is that of lead ${id}` },
    ]);
    expect(await detail(agent.token)).toEqual([
      { ...error, detail: "is that of a lead that another user works: ask a manager" },
    ]);
    const { phone } = await created({ phone: "+52 55 1111 2222" });
    expect((await detail(manager.token, { phone }))[0].pointer).toBe("/phone");
    await bodyOf(create({ email }, rival.agent.token, rival.company), 201);
  });

  test("is the lead with the phone where not both have an e-mail, and the one with the external id", async () => {
    const phone = "+525533331111";
    const email = fresh();
    await created({ email, phone });
    expect(await refused({ phone }, 409)).toBe("/phone lead_exists");
    // Two people with different e-mails and one phone are two.
    await created({ email: fresh(), phone });
    const bare = await created({ phone: "+525533332222", external_id: "crm-1" });
    expect(await refused({ email: fresh(), phone: bare.phone }, 409)).toBe("/phone lead_exists");
    expect(await refused({ email: fresh(), external_id: "crm-1" }, 409)).toBe("/external_id lead_exists");
    await created({ email: fresh(), external_id: "crm-2" });
  });

  test("counts as another one after the first was deleted", async () => {
    const { email } = await createLead(company, { deletedAt: Date.now() });
    await created({ email });
  });

  test("created twice at once is there once, 50 times", async () => {
    for (let run = 0; run < 50; run++) {
      const email = fresh();
      const answers = await Promise.all([0, 1].map((n) => create({ email, tags: [`tag-${n}`] })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const won = await bodyOf(answers.find(({ status }) => status === 201) as Response, 201);
      const { results } = await company.database
        .prepare(
          "SELECT l.id, t.tag FROM leads l LEFT JOIN lead_tags t ON t.lead_id = l.id WHERE l.email = ?",
        )
        .bind(email)
        .all();
      expect(results).toEqual([{ id: won.lead.id, tag: won.lead.tags[0] }]);
    }
  });
});
