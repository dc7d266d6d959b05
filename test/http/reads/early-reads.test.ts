import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, expect, test, vi } from "vitest";
import { openSession } from "../../../src/auth/sessions/sessions.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import worker from "../../../src/index.ts";
import { createApiKey } from "../../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf, requestOf } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { callsInARow } from "../../harness/databases/calls-in-a-row.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";

/** Of each kind: seven times as many in all. `REVOCATION_TURNS=150` plays a thousand. */
const TURNS = Number(env.REVOCATION_TURNS || 10);

let company: TestCompany;
let user: TestUser;
let key: { id: number; token: string };
let campaign: number;

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "owner" }] });
  await createUser({ access: [{ company, role: "owner" }] });
  await createImportRow(company, user);
  key = await createApiKey(company, user);
  const path = `/companies/${company.id}/campaigns`;
  const created = await bodyOf(
    call(path, { token: user.token, method: "POST", json: { name: "Spring" } }),
    201,
  );
  campaign = created.campaign.id;
  const session = { userId: user.id, family: sessionOf(user.token), refreshToken: user.token };
  await openSession(openDirectory(env.DIRECTORY), session, Date.now());
});

/** The family of sessions that a token names. */
function sessionOf(token: string): string {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).sid;
}

const change = (sql: string, ...values: unknown[]) =>
  env.DIRECTORY.prepare(sql)
    .bind(...values)
    .run();
const setSession = (revokedAt: number | null) =>
  change("UPDATE sessions SET revoked_at = ? WHERE family = ?", revokedAt, sessionOf(user.token));
const setAccess = (suspendedAt: number | null) =>
  change("UPDATE user_accesses SET suspended_at = ? WHERE user_id = ?", suspendedAt, user.id);
const setRole = (accessId: number) =>
  change("UPDATE user_accesses SET access_id = ? WHERE user_id = ?", accessId, user.id);
const setStatus = (status: string) => change("UPDATE users SET status = ? WHERE id = ?", status, user.id);

const setKey = (endedAt: number | null) =>
  change("UPDATE api_keys SET ended_at = ? WHERE id = ?", endedAt, key.id);

const REVOCATIONS: [string, number, () => string, () => Promise<unknown>, () => Promise<unknown>][] = [
  ["session", 401, () => "/import?limit=1", () => setSession(1), () => setSession(null)],
  [
    "access",
    404,
    () => `/companies/${company.id}/campaigns?limit=1`,
    () => setAccess(1),
    () => setAccess(null),
  ],
  ["access to a row", 404, () => `/campaigns/${campaign}`, () => setAccess(1), () => setAccess(null)],
  ["role", 403, () => `/companies/${company.id}/audit_events?limit=1`, () => setRole(4), () => setRole(1)],
  ["user", 401, () => "/import?limit=1", () => setStatus("disabled"), () => setStatus("active")],
  ["key", 401, () => "/import?limit=1", () => setKey(1), () => setKey(null)],
  ["key to a row", 401, () => `/campaigns/${campaign}`, () => setKey(1), () => setKey(null)],
];

test.each(REVOCATIONS)(
  `a %s that was revoked counts for nothing in the next request, in ${TURNS} turns of (revoke, ask)`,
  async (kind, status, path, revoke, restore) => {
    const { token } = kind.startsWith("key") ? key : user;
    let fromKept = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      await bodyOf(call(path(), { token }));
      await revoke();
      const answer = await call(path(), { token });
      if (answer.status === 200) fromKept += 1;
      else await problemOf(answer.clone(), status);
      for (const header of ["Link", "ETag"]) expect(answer.headers.get(header)).toBeNull();
      // The row that a path names is read for every caller, as one that is not there is looked for.
      if (!kind.endsWith("row")) expect(answer.headers.get("X-D1-Bookmark") ?? "").not.toContain("leads_");
      await answer.body?.cancel();
      await restore();
    }
    expect(fromKept).toBe(0);
  },
);

test.each([
  ["session", 401, () => setSession(1), () => setSession(null)],
  ["access", 404, () => setAccess(1), () => setAccess(null)],
  ["role", 403, () => setRole(4), () => setRole(1)],
] as const)(
  `a %s that was revoked writes nothing, though what a write needs is read beside it`,
  async (_, status, revoke, restore) => {
    const rename = (name: string) =>
      call(`/campaigns/${campaign}`, { token: user.token, method: "PUT", json: { name } });
    for (let turn = 0; turn < 3; turn++) {
      await bodyOf(rename(`Kept ${turn}`));
      await revoke();
      await problemOf(rename("Lost"), status);
      const kept = company.database.prepare("SELECT name FROM campaigns WHERE id = ?").bind(campaign);
      expect(await kept.first("name")).toBe(`Kept ${turn}`);
      await restore();
    }
  },
);

async function send(path: string, bindings: Env): Promise<Response> {
  const context = createExecutionContext();
  const answer = await worker.fetch(requestOf(path, { token: user.token }), bindings, context);
  await waitOnExecutionContext(context);
  return answer;
}

test("a read waits for one call where its caller is known, and for two where they are not", async () => {
  const own = await createCompany();
  const stranger = await createUser({ access: [{ company: own, role: "owner" }] });
  await createImportRow(own, stranger);
  const waits = async () => {
    const { bindings, depth } = callsInARow(env);
    const context = createExecutionContext();
    const answer = await worker.fetch(
      requestOf("/import?limit=1", { token: stranger.token }),
      bindings,
      context,
    );
    await bodyOf(answer);
    await waitOnExecutionContext(context);
    return depth().row;
  };
  expect([await waits(), await waits(), await waits()]).toEqual([2, 1, 1]);
});

test("what a thrown-away attempt met is not logged", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(JSON.parse(line).event));
  vi.spyOn(console, "info").mockImplementation((line: string) => void lines.push(JSON.parse(line).event));
  const sick = surround(
    { ...env, LOG_REQUESTS: "on" },
    ({ binding }, run) => {
      if (binding === "LEADS_0") throw new Error("Network connection lost.");
      return run();
    },
    async () => {},
  );
  const path = `/import?limit=1&company_id_eq=${company.id}`;
  await bodyOf(call(path, { token: user.token }));
  expect((await send(path, sick)).status).toBe(503);
  expect(lines).toContain("store.unavailable");
  await setSession(1);
  lines.length = 0;
  expect((await send(path, sick)).status).toBe(401);
  await setSession(null);
  expect(lines).toEqual(["request"]);
  vi.restoreAllMocks();
});
