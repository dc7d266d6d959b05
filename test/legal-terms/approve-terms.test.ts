import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { approveTerms } from "../../src/legal-terms/approve-terms.ts";
import { findVersion } from "../../src/legal-terms/queries.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";
import { approve, company, eventsOf, operator, prepareTerms, published, rows } from "./term-calls.ts";

prepareTerms();

const approvalsOf = (user: { id: number }) =>
  rows("SELECT * FROM legal_approvals WHERE user_id = ? ORDER BY id", user.id);

describe("approving", () => {
  test("is recorded with who, which text, when and from where, and once", async () => {
    const [en, es] = await published("en", "es");
    const user = await createUser({ access: [{ company, role: "agent" }] });
    const headers = {
      "CF-Connecting-IP": "203.0.113.9",
      "User-Agent": "Browser/1",
      "X-Request-Id": "terms-ok",
    };
    const { user: shown } = await bodyOf(approve(user, { legal_term_id: es?.id }, headers));
    const at = Date.parse(shown.terms_approved_at);
    expect(Date.now() - at).toBeLessThan(PATIENCE_MS);
    expect(shown).toMatchObject({
      id: user.id,
      onboarding_completed_at: null,
      primary_company: { id: company.id },
    });
    const recorded = {
      id: expect.any(Number),
      user_id: user.id,
      legal_term_id: es?.id,
      version: es?.version,
      sha256: es?.sha256,
      approved_at: at,
      ip: "203.0.113.9",
      user_agent: "Browser/1",
    };
    expect(await approvalsOf(user)).toEqual([recorded]);
    expect(await eventsOf(user)).toEqual([
      {
        id: expect.any(Number),
        company_id: null,
        actor_id: user.id,
        action: "user.terms_approved",
        actor_key_id: null,
        object_type: "user",
        object_id: user.id,
        details: JSON.stringify({ legal_term_id: es?.id }),
        ip: "203.0.113.9",
        user_agent: "Browser/1",
        source_id: null,
        request_id: "terms-ok",
        created_at: at,
      },
    ]);
    for (const text of [es, en]) {
      const again = await bodyOf(approve(user, { legal_term_id: text?.id }));
      expect(again.user.terms_approved_at).toBe(shown.terms_approved_at);
    }
    expect(await approvalsOf(user)).toEqual([recorded]);
    expect(await eventsOf(user)).toHaveLength(1);
  });

  test("has to be done again for a new version", async () => {
    const [old] = await published("en");
    const user = await createUser();
    await bodyOf(approve(user, { legal_term_id: old?.id }));
    const [now] = await published("en");
    const asked = await bodyOf(call("/users/validate_jwt", { token: user.token }));
    expect(asked.user.terms_approved_at).toBeNull();
    const problem = await problemOf(approve(user, { legal_term_id: old?.id }), 409);
    expect(problem).toMatchObject({ code: "terms_not_current", errors: [{ pointer: "/legal_term_id" }] });
    const { user: shown } = await bodyOf(approve(user, { legal_term_id: now?.id }));
    expect(shown.terms_approved_at).not.toBeNull();
    expect(await approvalsOf(user)).toMatchObject([{ legal_term_id: old?.id }, { legal_term_id: now?.id }]);
  });

  test("twice at once leaves one record", async () => {
    const [en, es] = await published("en", "es");
    for (let run = 0; run < 50; run++) {
      const user = await createUser();
      const answers = await Promise.all([
        approve(user, { legal_term_id: en?.id }),
        approve(user, { legal_term_id: run % 2 === 0 ? en?.id : es?.id }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await approvalsOf(user)).toHaveLength(1);
      expect(await eventsOf(user)).toHaveLength(1);
    }
  });

  test("is refused where a new version comes out between the look at the text and the deed", async () => {
    const [old] = await published("en");
    const user = await createUser();
    const late = {
      prepare: (sql: string) => env.DIRECTORY.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        await published("en");
        return env.DIRECTORY.batch(statements);
      },
    } as unknown as D1Database;
    const origin = {
      actor: { kind: "user", userId: user.id } as const,
      ip: null,
      userAgent: null,
      requestId: "late",
      now: Date.now(),
    };
    const text = {
      id: old?.id ?? 0,
      version: (await findVersion(openDirectory(env.DIRECTORY), old?.id ?? 0))?.version,
    };
    const approving = approveTerms(openDirectory(late), origin, user.id, text);
    await expect(approving).rejects.toMatchObject({ code: "terms_not_current" });
    expect(await approvalsOf(user)).toEqual([]);
    expect(await eventsOf(user)).toEqual([]);
  });

  test("is nobody else's: an owner may not, a stranger sees nobody, an operator may not", async () => {
    const [en] = await published("en");
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    for (const [caller, status] of [
      [owner, 403],
      [operator, 403],
      [stranger, 404],
    ] as const) {
      await problemOf(approve({ id: user.id, token: caller.token }, { legal_term_id: en?.id }), status);
    }
    const anonymous = { method: "PUT", json: { legal_term_id: en?.id } };
    await problemOf(call(`/users/${user.id}/onboarding/terms_and_conditions`, anonymous), 401);
    expect(await approvalsOf(user)).toEqual([]);
    expect(await eventsOf(user)).toEqual([]);
  });

  test("of a text that nobody published is a 404 that names the field", async () => {
    const user = await createUser();
    const problem = await problemOf(approve(user, { legal_term_id: 999_999 }), 404);
    expect(problem.errors).toMatchObject([{ pointer: "/legal_term_id" }]);
  });

  test.each([
    ["nothing", {}, "/legal_term_id"],
    ["an id as text", { legal_term_id: "1" }, "/legal_term_id"],
    ["an id of nothing", { legal_term_id: 0 }, "/legal_term_id"],
    ["a time of one's own", { legal_term_id: 1, approved_at: 1 }, "/approved_at"],
    ["somebody else", { legal_term_id: 1, user_id: 1 }, "/user_id"],
  ])("%s is refused with its field", async (_, json, pointer) => {
    const user = await createUser();
    const problem = await problemOf(approve(user, json), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
    expect(await approvalsOf(user)).toEqual([]);
  });

  test("stays as it was recorded", async () => {
    const [en] = await published("en");
    const user = await createUser();
    await bodyOf(approve(user, { legal_term_id: en?.id }));
    const kept = await approvalsOf(user);
    for (const sql of ["UPDATE legal_approvals SET ip = NULL", "DELETE FROM legal_approvals"]) {
      await expect(env.DIRECTORY.prepare(sql).run()).rejects.toThrow("append_only");
    }
    expect(await approvalsOf(user)).toEqual(kept);
  });

  test("is all or nothing, whatever statement fails", async () => {
    const [en] = await published("en");
    const user = await createUser();
    const before = await dumpDirectory();
    const path = `/users/${user.id}/onboarding/terms_and_conditions`;
    const { failures, answer } = await failAtEveryStatement(
      path,
      { method: "PUT", token: user.token, json: { legal_term_id: en?.id } },
      async (failed) => {
        await problemOf(failed, 500);
        expect(await dumpDirectory()).toEqual(before);
      },
    );
    // Who calls; whom it is about, what the caller may there, after both; the text; the guard, the trail, the record, the
    // answer; after the last of them.
    expect(failures).toBe(10);
    expect((await bodyOf(answer)).user.terms_approved_at).not.toBeNull();
    expect(await approvalsOf(user)).toHaveLength(1);
  });
});
