import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { noteUse } from "../../src/auth/api-keys/note-use.ts";
import { createSecret, hashSecret } from "../../src/auth/api-keys/secret.ts";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { useUp } from "../harness/runtime/use-up.ts";

let company: TestCompany;
let child: TestCompany;
let owner: TestUser;
let token: string;
let keyId: number;

beforeAll(async () => {
  company = await createCompany();
  child = await createCompany({ parent: company });
  owner = await createUser({ access: [{ company, role: "owner" }] });
  ({ token, id: keyId } = await createApiKey(company, owner, { name: "Robot" }));
});

describe("the secret", () => {
  test("one that is mistyped or cut off is told apart without a query", async () => {
    const { secret } = createSecret();
    const other = secret.at(30) === "0" ? "1" : "0";
    const mistyped = secret.slice(0, 30) + other + secret.slice(31);
    for (const wrong of [mistyped, secret.slice(0, -1), `${secret}0`, "lk_", secret.toUpperCase()]) {
      expect(hashSecret(wrong)).toBeNull();
      const refused = await problemOf(call("/stages", { token: wrong }), 401);
      if (wrong.startsWith("lk_")) expect(refused.detail).toContain("mistyped");
    }
    expect(hashSecret(secret)).toMatch(/^[0-9a-f]{64}$/);
    const unknown = await problemOf(call("/stages", { token: secret }), 401);
    expect(unknown.detail).toContain("not one of ours");
  });

  test("it is taken with Bearer and without", async () => {
    for (const sent of [token, `Bearer ${token}`, `bearer  ${token}`]) {
      await bodyOf(call("/stages", { headers: { Authorization: sent } }));
    }
  });

  test("bad ones are counted against the network that sends them", async () => {
    const address = "198.51.100.177";
    const asked = { headers: { "CF-Connecting-IP": address } };
    for (const wrong of ["lk_0", createSecret().secret]) {
      await problemOf(call("/stages", { ...asked, token: wrong }), 401);
    }
    for (const wrong of ["lk_0", createSecret().secret]) {
      await useUp(env.ANONYMOUS_LIMIT, `network/${address}`);
      await problemOf(call("/stages", { ...asked, token: wrong }), 429);
    }
    await bodyOf(call("/stages", { ...asked, token }));
  });
});

describe("what a key reaches", () => {
  test("its company and those below, and no other one", async () => {
    await bodyOf(call(`/companies/${company.id}/leads`, { token }));
    await bodyOf(call(`/companies/${child.id}/leads`, { token }));
    const { companies } = await bodyOf(call("/companies", { token }));
    expect(companies.map(({ id }: { id: number }) => id).sort()).toEqual([company.id, child.id].sort());
    const below = await createApiKey(child, owner);
    await problemOf(call(`/companies/${company.id}/leads`, { token: below.token }), 404);
  });

  test("an agent's key brings leads, which are nobody's, and sees none", async () => {
    const key = await createApiKey(company, owner, { role: "agent" });
    const { lead } = await bodyOf(
      call(`/companies/${company.id}/leads`, {
        token: key.token,
        method: "POST",
        json: { email: "form@leads.test" },
      }),
      201,
    );
    expect(lead.assigned_to).toBeNull();
    await problemOf(call(`/leads/${lead.id}`, { token: key.token }), 404);
    const { leads } = await bodyOf(call(`/companies/${company.id}/leads`, { token: key.token }));
    expect(leads).toEqual([]);
    await bodyOf(call(`/leads/${lead.id}`, { token }));
  });

  test("a scope that it lacks is named, in the problem and for HTTP", async () => {
    const key = await createApiKey(company, owner, { scopes: ["leads:read"] });
    await bodyOf(call(`/companies/${company.id}/leads`, { token: key.token }));
    const answer = await call(`/companies/${company.id}/leads`, {
      token: key.token,
      method: "POST",
      json: { email: "no@leads.test" },
    });
    expect(answer.headers.get("WWW-Authenticate")).toBe(
      'Bearer realm="leadsy", error="insufficient_scope", scope="leads:write"',
    );
    const refused = await problemOf(answer, 403);
    expect(refused.code).toBe("insufficient_scope");
    expect(refused.detail).toContain('"leads:write"');
  });

  test("erasing takes its own scope, by the short form too", async () => {
    const key = await createApiKey(company, owner, { scopes: ["leads:read", "leads:write"] });
    const create = async (email: string) =>
      (
        await bodyOf(
          call(`/companies/${company.id}/leads`, { token: key.token, method: "POST", json: { email } }),
          201,
        )
      ).lead.id;
    const id = await create("erase-me@leads.test");
    for (const [path, method] of [
      [`/leads/${id}/erase`, "POST"],
      [`/leads/${id}?erase=true`, "DELETE"],
    ] as const) {
      const refused = await problemOf(call(path, { token: key.token, method }), 403);
      expect(refused.detail).toContain("erasures:write");
    }
    await bodyOf(call(`/leads/${id}`, { token: key.token, method: "DELETE" }), 204);
  });

  test.each(["/users/me", "/users", "/accesses", "/memberships", "/invitations/pending"])(
    "%s is for people",
    async (path) => {
      expect((await problemOf(call(path, { token }), 403)).code).toBe("not_for_keys");
    },
  );

  test("a key makes no key, ends none, and lists none", async () => {
    for (const asked of [
      { path: `/companies/${company.id}/api_keys` },
      { path: `/companies/${company.id}/api_keys`, method: "POST", json: { name: "x", role: "viewer" } },
      { path: `/api_keys/${keyId}`, method: "DELETE" },
    ]) {
      const { path, ...rest } = asked;
      expect((await problemOf(call(path, { token, ...rest }), 403)).code).toBe("not_for_keys");
    }
  });
});

describe("what is said of a key", () => {
  test("a file that it sent is its own, in the import and in the audit trail; its links end with it", async () => {
    const key = await createApiKey(company, owner, { name: "Importer" });
    const sent = await upload(key.token, company.id, "email\nrobot@leads.test\nbroken\n");
    expect(sent.imported_by).toEqual({ id: key.id, full_name: "Importer", email: null });
    const done = await waitForImport(sent.import_code, owner.token);
    expect(done.imported_by).toEqual({ id: key.id, full_name: "Importer", email: null });
    const own = await bodyOf(call(`/import/${sent.import_code}`, { token: key.token }));
    const link = new URL(own.import_file.original_file);
    const file = () => call(link.pathname.replace("/api/v1", "") + link.search);
    expect(await (await file()).text()).toContain("robot@leads.test");
    const { audit_events: events } = await bodyOf(
      call(`/companies/${company.id}/audit_events?actor_id_eq=${key.id}`, { token: owner.token }),
    );
    expect(events.map(({ action }: { action: string }) => action).sort()).toEqual([
      "import.created",
      "import.original_downloaded",
    ]);
    expect(events[0].actor).toEqual({ id: key.id, full_name: "Importer", kind: "api_key" });
    const mails = await env.DIRECTORY.prepare("SELECT 1 FROM mails WHERE import_id = ?").bind(sent.id).all();
    expect(mails.results).toEqual([]);
    await bodyOf(call(`/api_keys/${key.id}`, { token: owner.token, method: "DELETE" }), 204);
    expect((await problemOf(file(), 403)).code).toBe("invalid_link");
  });

  test("a file in parts is its key's alone", async () => {
    const { upload: opened } = await bodyOf(
      call("/import/uploads", {
        token,
        method: "POST",
        json: { file_name: "parts.csv", bytes: 24, company_id: company.id },
      }),
      201,
    );
    const path = `/import/uploads/${opened.id}`;
    const other = await createApiKey(company, owner);
    for (const stranger of [other.token, owner.token]) await problemOf(call(path, { token: stranger }), 404);
    await bodyOf(call(`${path}/parts/1`, { token, method: "PUT", body: "email\nparts@leads.test\n\n" }), 204);
    const { import_file: started } = await bodyOf(
      call(`${path}/complete`, { token, method: "POST", json: {} }),
      202,
    );
    expect(started.imported_by.id).toBe(keyId);
    await waitForImport(started.import_code, token);
  });

  test("what it writes on a lead bears its name", async () => {
    const post = (path: string, json: unknown, method = "POST") =>
      bodyOf(call(path, { token, method, json }), method === "POST" ? 201 : 200);
    const { lead } = await post(`/companies/${company.id}/leads`, { email: "noted@leads.test" });
    const { note } = await post(`/leads/${lead.id}/notes`, { body: "Called" });
    expect(note.author).toEqual({ id: keyId, full_name: "Robot" });
    await post(`/leads/${lead.id}`, { stage: "won" }, "PUT");
    const { stage_changes: changes } = await bodyOf(
      call(`/leads/${lead.id}/stage_changes`, { token: owner.token }),
    );
    expect(changes[0].changed_by).toEqual({ id: keyId, full_name: "Robot" });
    const { notes } = await bodyOf(call(`/leads/${lead.id}/notes`, { token: owner.token }));
    expect(notes[0].author).toEqual({ id: keyId, full_name: "Robot" });
  });

  test("its last use is written once in five minutes, and not for each request", async () => {
    const key = await createApiKey(company, owner);
    const usedAt = async () =>
      (
        await env.DIRECTORY.prepare("SELECT last_used_at FROM api_keys WHERE id = ?")
          .bind(key.id)
          .first<{ last_used_at: number | null }>()
      )?.last_used_at ?? null;
    const before = Date.now();
    await bodyOf(call("/stages", { token: key.token }));
    await expect.poll(usedAt).toBeGreaterThanOrEqual(before);
    const first = (await usedAt()) ?? 0;
    for (let n = 0; n < 5; n++) await bodyOf(call("/stages", { token: key.token }));
    expect(await usedAt()).toBe(first);
    expect(noteUse(env, key.id, first + 60_000)).toBeNull();
    await noteUse(env, key.id, first + 301_000);
    expect(await usedAt()).toBe(first + 301_000);
    // A store of leads knows no keys, so that nothing can be noted there.
    await noteUse({ ...env, DIRECTORY: env.LEADS_0 }, key.id, first + 602_000);
    await noteUse(env, key.id, first + 602_001);
    expect(await usedAt()).toBe(first + 602_001);
  });
});
