import { expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCampaign, createCompany, createUser } from "../harness/factories.ts";

test("a condition that an operation does not compare is refused, and nothing changes", async () => {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "owner" }] });
  const { id } = await createCampaign(company);
  const json = { email: "ana@example.test" };
  const { lead } = await bodyOf(call(`/companies/${company.id}/leads`, { method: "POST", json, token }), 201);
  const headers = { "If-Match": '"stale"' };
  const refused = [
    call(`/leads/${lead.id}`, { method: "DELETE", token, headers }),
    call(`/leads/${lead.id}/notes`, { method: "POST", token, headers, json: { body: "Called" } }),
    call(`/campaigns/${id}`, { method: "PUT", token, headers, json: { name: "Autumn" } }),
  ];
  for (const one of refused) expect((await problemOf(one, 412)).code).toBe("precondition_failed");
  expect((await bodyOf(call(`/leads/${lead.id}`, { token }))).lead).toEqual(lead);
  expect((await bodyOf(call(`/leads/${lead.id}/notes`, { token }))).notes).toEqual([]);
  expect((await bodyOf(call(`/campaigns/${id}`, { token }))).campaign.name).not.toBe("Autumn");
});
