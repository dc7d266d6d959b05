import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { LegalTermAnswer, LegalTermsAnswer } from "../../src/legal-terms/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import {
  approve,
  company,
  eventsOf,
  operator,
  prepareTerms,
  publish,
  published,
  rows,
  serial,
  sha256,
  texts,
} from "./term-calls.ts";

prepareTerms();

async function current(query = "", token?: string) {
  const answer = await bodyOf(call(`/legal_terms/current${query}`, token ? { token } : {}));
  return LegalTermAnswer.parse(answer).legal_term;
}
const allTerms = () => rows("SELECT * FROM legal_terms ORDER BY id");

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
