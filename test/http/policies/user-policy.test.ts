import { expect, test } from "vitest";
import { call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";

test("who manages none of a user's accesses changes nothing, not even nothing at all", async () => {
  const company = await createCompany();
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const colleague = await createUser({ access: [{ company, role: "agent" }] });
  const change = call(`/users/${colleague.id}`, { method: "PUT", json: {}, token: agent.token });
  expect((await problemOf(change, 403)).detail).toBe(
    "Only the user, or a manager of one of the user's accesses, can do this.",
  );
});
