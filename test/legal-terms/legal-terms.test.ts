import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { approveTerms } from "../../src/legal-terms/approve-terms.ts";
import { LegalTermAnswer, LegalTermsAnswer } from "../../src/legal-terms/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

let operator: TestUser;
let company: TestCompany;
let serial = 0;

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

function texts(...locales: string[]) {
  return locales.map((locale) => ({ locale, title: `Terms ${locale}`, body: `Cláusula 1 – ${locale} 🦊\n` }));
}

function publish(json: unknown, token = operator.token) {
  return call("/legal_terms", { method: "POST", token, json });
}

/** Publishes a new version. @returns its texts. */
async function published(...locales: string[]) {
  serial += 1;
  const answer = await bodyOf(publish({ version: `v${serial}`, texts: texts(...locales) }), 201);
  return LegalTermsAnswer.parse(answer).legal_terms;
}

async function current(query = "", token?: string) {
  const answer = await bodyOf(call(`/legal_terms/current${query}`, token ? { token } : {}));
  return LegalTermAnswer.parse(answer).legal_term;
}

function approve(user: { id: number; token: string }, json: unknown, headers: Record<string, string> = {}) {
  const path = `/users/${user.id}/onboarding/terms_and_conditions`;
  return call(path, { method: "PUT", token: user.token, json, headers });
}

async function rows(sql: string, ...values: unknown[]) {
  const statement = env.DIRECTORY.prepare(sql).bind(...values);
  return (await statement.all<Record<string, unknown>>()).results;
}

const approvalsOf = (user: { id: number }) =>
  rows("SELECT * FROM legal_approvals WHERE user_id = ? ORDER BY id", user.id);
const eventsOf = (user: { id: number }) =>
  rows("SELECT * FROM audit_events WHERE actor_id = ? ORDER BY id", user.id);
const allTerms = () => rows("SELECT * FROM legal_terms ORDER BY id");

beforeAll(async () => {
  operator = await createUser({ operator: true });
  company = await createCompany();
});

test("an installation without terms has no current ones", async () => {
  expect((await problemOf(call("/legal_terms/current"), 404)).code).toBe("not_found");
  await problemOf(call("/legal_terms/1"), 404);
});

describe("publishing", () => {
  test("gives every text an id, the hash of its bytes and a time, and tells the trail", async () => {
    const before = Date.now();
    const body = " 1. Servicio «ñ» 🦊\r\n\n\t2. Ende \n";
    const json = {
      version: "2026-02",
      texts: [
        { locale: "es", title: "  Términos ", body },
        { locale: "en", title: "Terms", body: "1. Service" },
      ],
    };
    const [es, en, ...others] = LegalTermsAnswer.parse(await bodyOf(publish(json), 201)).legal_terms;
    expect(others).toEqual([]);
    expect(es).toEqual({
      id: expect.any(Number),
      version: "2026-02",
      title: "Términos",
      body,
      sha256: sha256(body),
      locale: "es",
      published_at: en?.published_at,
      approved: false,
    });
    expect(en).toMatchObject({ version: "2026-02", locale: "en", sha256: sha256("1. Service") });
    const at = Date.parse(en?.published_at ?? "");
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(await allTerms()).toMatchObject([
      { id: es?.id, body, sha256: sha256(body), published_at: at },
      { id: en?.id, locale: "en" },
    ]);
    const [event] = await eventsOf(operator);
    expect(event).toMatchObject({
      action: "legal_term.published",
      company_id: null,
      object_type: "legal_term",
      object_id: en?.id,
      details: '{"locales":["es","en"]}',
      created_at: at,
    });
    expect(await current()).toEqual({ ...en, approved: undefined });
  });

  test("takes the longest bodies there may be", async () => {
    const longest = ["en", "es", "pt"].map((locale) => ({ locale, title: "T", body: "語".repeat(100_000) }));
    const answer = await bodyOf(publish({ version: "long", texts: longest }), 201);
    expect(answer.legal_terms).toMatchObject(longest);
    // As JSON that is ASCII alone, it is twice as long.
    const escaped = JSON.stringify({ version: "long and escaped", texts: longest });
    const body = escaped.replaceAll("語", "\\u8a9e");
    const headers = { "Content-Type": "application/json" };
    await bodyOf(call("/legal_terms", { method: "POST", token: operator.token, body, headers }), 201);
  });

  test("refuses a version that exists, whatever its texts are, and changes none", async () => {
    const [there] = await published("en");
    const before = await allTerms();
    for (const locales of [["en"], ["en", "pt"], ["pt", "en"]]) {
      const problem = await problemOf(publish({ version: there?.version, texts: texts(...locales) }), 409);
      expect(problem).toMatchObject({ code: "version_exists", errors: [{ pointer: "/version" }] });
    }
    expect(await allTerms()).toEqual(before);
  });

  test.each([
    ["no version", { texts: texts("en") }, "/version"],
    ["an empty version", { version: "  ", texts: texts("en") }, "/version"],
    ["a version of two lines", { version: "1\n2", texts: texts("en") }, "/version"],
    ["a version too long", { version: "v".repeat(65), texts: texts("en") }, "/version"],
    ["no texts", { version: "x", texts: [] }, "/texts"],
    ["no English", { version: "x", texts: texts("es", "pt") }, "/texts"],
    ["a language twice", { version: "x", texts: texts("en", "es", "en") }, "/texts/2/locale"],
    ["a fourth text", { version: "x", texts: texts("en", "es", "pt", "en") }, "/texts"],
    ["a language that nobody has", { version: "x", texts: texts("en", "fr") }, "/texts/1/locale"],
    ["a blank body", { version: "x", texts: [{ ...texts("en")[0], body: " \n" }] }, "/texts/0/body"],
    ["a body with NUL", { version: "x", texts: [{ ...texts("en")[0], body: "a\0b" }] }, "/texts/0/body"],
    ["half a character", { version: "x", texts: [{ ...texts("en")[0], body: "a\ud800" }] }, "/texts/0/body"],
    [
      "a body too long",
      { version: "x", texts: [{ ...texts("en")[0], body: "x".repeat(100_001) }] },
      "/texts/0/body",
    ],
    ["a hash of one's own", { version: "x", texts: [{ ...texts("en")[0], sha256: "0" }] }, "/texts/0/sha256"],
    ["an unknown field", { version: "x", texts: texts("en"), published_at: 0 }, "/published_at"],
  ])("of %s is refused with its field, and nothing is stored", async (_, json, pointer) => {
    const before = await allTerms();
    const problem = await problemOf(publish(json), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect(await allTerms()).toEqual(before);
  });

  test("is an operator's", async () => {
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const before = await allTerms();
    await problemOf(publish({ version: "mine", texts: texts("en") }, owner.token), 403);
    await problemOf(call("/legal_terms", { method: "POST", json: {} }), 401);
    expect(await allTerms()).toEqual(before);
  });

  test("happens once for its Idempotency-Key", async () => {
    const asked = {
      method: "POST",
      token: operator.token,
      json: { version: "keyed", texts: texts("en") },
      headers: { "Idempotency-Key": "terms-1" },
    };
    const first = await bodyOf(call("/legal_terms", asked), 201);
    const again = await call("/legal_terms", asked);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await bodyOf(again, 201)).toEqual(first);
  });

  test("of one version by two at once happens once", async () => {
    for (let run = 0; run < 50; run++) {
      const version = `race-${run}`;
      const answers = await Promise.all([
        publish({ version, texts: texts("en", "es") }),
        publish({ version, texts: texts("en", "pt") }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const there = await rows("SELECT locale FROM legal_terms WHERE version = ?", version);
      expect(there).toHaveLength(2);
    }
  });

  test("is all or nothing, whatever statement fails", async () => {
    const json = { version: "whole", texts: texts("en", "es", "pt") };
    const before = { people: await dumpDirectory(), terms: await allTerms() };
    const { failures, answer } = await failAtEveryStatement(
      "/legal_terms",
      { method: "POST", token: operator.token, json },
      async (failed) => {
        expect((await problemOf(failed, 500)).code).toBe("internal_error");
        expect({ people: await dumpDirectory(), terms: await allTerms() }).toEqual(before);
      },
    );
    // Who calls; the texts, the trail, the answer; after the last of them.
    expect(failures).toBe(5);
    expect((await bodyOf(answer, 201)).legal_terms).toHaveLength(3);
    expect(await allTerms()).toHaveLength(before.terms.length + 3);
  });
});

describe("reading", () => {
  const localeOf = async (query: string, token?: string) => (await current(query, token)).locale;

  test("gives the language that is asked for, else the caller's, else English, else any", async () => {
    const spanish = await createUser();
    await env.DIRECTORY.prepare("UPDATE users SET locale = 'es' WHERE id = ?").bind(spanish.id).run();
    await published("es", "en", "pt");
    expect(await localeOf("?locale=pt")).toBe("pt");
    expect(await localeOf("")).toBe("en");
    expect(await localeOf("?locale=")).toBe("en");
    expect(await localeOf("", spanish.token)).toBe("es");
    expect(await localeOf("?locale=pt", spanish.token)).toBe("pt");
    await published("pt", "en");
    expect(await localeOf("?locale=es")).toBe("en");
    expect(await localeOf("", spanish.token)).toBe("en");
    await env.DIRECTORY.prepare("UPDATE legal_terms SET locale = 'es' WHERE version = ? AND locale = 'en'")
      .bind(`v${serial}`)
      .run();
    expect(await localeOf("")).toBe("pt");
    await problemOf(call("/legal_terms/current?locale=fr"), 400);
    await problemOf(call("/legal_terms/current?language=es"), 400);
  });

  test("says whether the caller has approved the version, in any language, and nothing without a token", async () => {
    const [en, es] = await published("en", "es");
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    const other = await createUser();
    expect(await current("", user.token)).toMatchObject({ id: en?.id, approved: false });
    await bodyOf(approve(user, { legal_term_id: es?.id }));
    expect(await current("", user.token)).toMatchObject({ id: en?.id, approved: true });
    expect(await current("?locale=es", user.token)).toMatchObject({ id: es?.id, approved: true });
    expect(await current("", other.token)).toMatchObject({ approved: false });
    const anonymous = await bodyOf(call("/legal_terms/current"));
    expect(anonymous.legal_term).not.toHaveProperty("approved");
    const past = `/legal_terms/${en?.id}`;
    await published("en");
    expect((await bodyOf(call(past, { token: user.token }))).legal_term).toEqual({ ...en, approved: true });
    expect((await bodyOf(call(past))).legal_term).not.toHaveProperty("approved");
    expect(await current("", user.token)).toMatchObject({ approved: false });
  });

  test("takes a token that does not count for what it is", async () => {
    await published("en");
    await problemOf(call("/legal_terms/current", { token: "not.a.token" }), 401);
    const gone = await createUser({ status: "disabled" });
    await problemOf(call("/legal_terms/current", { token: gone.token }), 401);
  });

  test("costs nothing where nothing has changed", async () => {
    const [en] = await published("en");
    for (const path of ["/legal_terms/current", `/legal_terms/${en?.id}`]) {
      const answer = await call(path);
      const tag = answer.headers.get("ETag") ?? "";
      await bodyOf(answer);
      const again = await call(path, { headers: { "If-None-Match": tag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
    }
  });

  test.each(["999999", "0", "-1", "1e1", "current2"])("of text %s gives no text", async (id) => {
    const answer = await call(`/legal_terms/${id}`);
    await problemOf(answer, id === "999999" ? 404 : 400);
  });
});

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
    expect(Date.now() - at).toBeLessThan(30_000);
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
    const approving = approveTerms(openDirectory(late), origin, user.id, old?.id ?? 0);
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
    // Who calls, whom it is about, the text; the guard, the trail, the record, the answer; after the last of them.
    expect(failures).toBe(8);
    expect((await bodyOf(answer)).user.terms_approved_at).not.toBeNull();
    expect(await approvalsOf(user)).toHaveLength(1);
  });
});
