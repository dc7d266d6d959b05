import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openSession } from "../../../src/auth/sessions/sessions.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import worker from "../../../src/index.ts";
import { createApiKey } from "../../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf, requestOf } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { useUp } from "../../harness/runtime/use-up.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await createCompany();
});

async function createOwner() {
  const user = await createUser({ access: [{ company, role: "owner" }] });
  const path = `/companies/${company.id}/campaigns`;
  const created = await bodyOf(
    call(path, { token: user.token, method: "POST", json: { name: "Spring" } }),
    201,
  );
  const read: string[] = [];
  const bindings = surround(
    env,
    ({ binding }, run) => {
      read.push(binding);
      return run();
    },
    async () => {},
  );
  const rename = async (headers: Record<string, string> = {}, { token } = user as { token: string }) => {
    const context = createExecutionContext();
    const asked = { token, method: "PUT", json: { name: "Summer" }, headers };
    const request = requestOf(`/campaigns/${created.campaign.id}`, asked);
    const answer = await worker.fetch(request as never, bindings, context);
    await waitOnExecutionContext(context);
    return answer;
  };
  return { user, read, rename };
}

/** A key whose id no other test file has: limits outlive the databases. */
async function createUniqueKey(user: { id: number }) {
  const key = await createApiKey(company, user);
  const id = key.id + company.id;
  await env.DIRECTORY.prepare("UPDATE api_keys SET id = ? WHERE id = ?").bind(id, key.id).run();
  return { ...key, id };
}

test.each(["user", "key"])(
  "for a %s that asks too often nothing is read beside the question who it is",
  async (kind) => {
    const { user, read, rename } = await createOwner();
    const caller = kind === "user" ? user : await createUniqueKey(user);
    expect((await rename({}, caller)).status).toBe(200);
    expect(read).toContain("LEADS_0");
    await useUp(env.REQUEST_LIMIT, `${kind}/${caller.id}`);
    const statuses = [];
    for (let turn = 0; turn < 10; turn++) statuses.push((await rename({}, caller)).status);
    expect(statuses.at(-1)).toBe(429);
    read.length = 0;
    await problemOf(rename({}, caller), 429);
    expect(read).toEqual(["DIRECTORY"]);
  },
);

test("nor for a session that has ended, from a network that asks too often", async () => {
  const { user, read, rename } = await createOwner();
  const family = JSON.parse(Buffer.from(user.token.split(".")[1] ?? "", "base64url").toString()).sid;
  await openSession(
    openDirectory(env.DIRECTORY),
    { userId: user.id, family, refreshToken: user.token },
    Date.now(),
  );
  await env.DIRECTORY.prepare("UPDATE sessions SET revoked_at = 1 WHERE family = ?").bind(family).run();
  const from = { "CF-Connecting-IP": "198.51.100.123" };
  await problemOf(rename(from), 401);
  await useUp(env.ANONYMOUS_LIMIT, `network/${from["CF-Connecting-IP"]}`);
  await problemOf(rename(from), 429);
  read.length = 0;
  await problemOf(rename(from), 429);
  expect(read).toEqual(["DIRECTORY"]);
});
