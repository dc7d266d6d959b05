import { env } from "cloudflare:test";
import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import commonPasswords from "../../../node_modules/@zxcvbn-ts/language-common/src/passwords.json";
import { isListed } from "../../../src/auth/passwords/common-passwords.ts";
import { containsKnown, NewPassword, Password } from "../../../src/auth/passwords/password-rules.ts";
import { hashPassword, needsRehash, verifyPassword } from "../../../src/auth/passwords/passwords.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createUser, PASSWORD } from "../../harness/factories.ts";
import { costOf } from "../../harness/runtime/cost.ts";

const USER = { email: "ana.diaz@example.com", firstName: "Ana-Carlota", lastName: "Fernández" };
const LISTED = (commonPasswords as string[]).filter((one) => [...one].length >= 12);

/** The rules that a password breaks, by their codes. */
function broken(password: unknown): unknown[] {
  const { error } = NewPassword.safeParse(password);
  return error?.issues.map((issue) => (issue.code === "custom" ? issue.params?.code : issue.code)) ?? [];
}

describe("a chosen password", () => {
  test.each([
    ["of twelve characters", "gr8 & simple"],
    ["of 256 characters", `${"long and longer; ".repeat(15)}x`],
    ["of small letters alone", "threelampsonthestairs"],
    ["of digits alone", "830461957720"],
    ["with spaces around it", "  spaces count too  "],
    ["in Spanish", "el ñandú corrió ágil"],
    ["in Japanese", "階段の上に三つのランプがある"],
    ["of twelve emoji", "🦊🐢🐙🦉🐝🐳🦀🐌🦜🐿🦔🐬"],
    ["of 256 emoji", `${"🦊🐢🐙🦉".repeat(63)}🐝🐳🦀🐌`],
    ["with control characters", "tab\tand\u0000nul and\nmore"],
    ["with a common one in it", "qwerty123456 and then some"],
  ])("%s is taken as it is", (_, password) => {
    expect(broken(password)).toEqual([]);
    expect(NewPassword.parse(password)).toBe(password);
  });

  test.each([
    ["of eleven characters", "short-pass1", ["too_small"]],
    ["of six emoji, which are twelve units in memory", "🦊🐢🐙🦉🐝🐳", ["too_small"]],
    ["of eleven characters, written in more", "e\u0301coute-moi!", ["too_small"]],
    ["of 257 characters", `${"x-".repeat(128)}y`, ["too_big"]],
    ["that is no text of whole characters", "half a \ud83e character", ["invalid_format"]],
    ["that is no text", 123456789012, ["invalid_type"]],
  ])("%s is refused", (_, password, rules) => {
    expect(broken(password)).toEqual(rules);
  });

  test.each([
    ["on the list", "password1234"],
    ["on the list, in other letters", "PassWord1234"],
    ["on the list, in letters of full width", "ｐａｓｓｗｏｒｄ１２３４"],
    ["that is one character over and over", "zzzzzzzzzzzzz"],
    ["that is two characters over and over", "xyxyxyxyxyxy"],
    ["that is four characters over and over", "92k!92k!92k!"],
    ["that is one emoji over and over", "🦊".repeat(12)],
  ])("%s is refused as too common", (_, password) => {
    expect(broken(password)).toEqual(["common_password"]);
  });

  test.each([
    "Password1234!",
    "p@ssw0rd2026!",
    "leadsyleadsy",
    "my Leadsy account",
    "passwordpassword",
    "123456dragon!!",
    "qwertyuiop!!!",
    "qwertyuiopqwertyuiop",
    "Monkey-20261127",
  ])("%s is refused as too common", (password) => {
    expect(broken(password)).toEqual(["common_password"]);
  });

  test.each(["nine boats in the harbour", "lamp & ladder 1984", "dragon eats 12 keys", "xk7#Qm2!vBn9@wLp"])(
    "%s is not",
    (password) => {
      expect(broken(password)).toEqual([]);
    },
  );

  test("is refused for each of the most used ones that are long enough", () => {
    expect(LISTED.length).toBeGreaterThan(300);
    for (const password of LISTED) {
      expect(broken(password), password).toEqual(["common_password"]);
      expect(broken(password.toUpperCase()), password).toEqual(["common_password"]);
    }
  });

  test("is taken for one of them by mistake less than once in 20,000 times", () => {
    const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64");
    let hits = 0;
    for (let turn = 0; turn < 200_000; turn++) if (isListed(random())) hits += 1;
    expect(hits).toBeLessThan(10);
  });

  test.each([
    ["the whole address", "ana.diaz@example.com!"],
    ["the mailbox", "the ana.diaz of old"],
    ["a part of the mailbox", "diaz and others 1"],
    ["the domain", "example is my firm"],
    ["the last name, without its accent", "Fernandez in winter"],
    ["a part of a double name", "hello carlota there"],
    ["in capitals", "HELLO CARLOTA THERE"],
  ])("is refused with %s in it", (_, password) => {
    expect(containsKnown(password, USER)).toBe(true);
  });

  test("is taken with what only looks like it", () => {
    for (const password of ["ana in the winter", "three lamps on the stairs", "a company of wolves"]) {
      expect(containsKnown(password, USER)).toBe(false);
    }
  });

  test("costs nothing where it has a megabyte", async () => {
    const cost = await costOf(100, () => {
      for (const unit of ["a", "\u0301", "\ufdfa", "🦊"]) {
        const password = unit.repeat(1_000_000 / unit.length);
        expect(broken(password)).toEqual(["too_big"]);
        expect(Password.safeParse(password).success).toBe(false);
      }
    });
    // Eight of them: a single one took a second before.
    expect(cost).toBeLessThan(100);
  });
});

describe("over HTTP, a password with what others know of its user is refused", () => {
  const error = { code: "invalid_body", errors: [{ pointer: "/password", code: "personal_password" }] };

  test("at the sign-up, a change and a reset", async () => {
    const email = `carlota-${crypto.randomUUID().slice(0, 8)}@example.test`;
    const asked = { first_name: "Ana", last_name: "Díaz", email, password: "it is carlota again" };
    expect(await problemOf(call("/users", { method: "POST", json: asked }), 422)).toMatchObject(error);
    const user = await createUser({ email, password: true });
    const change = { password: "it is carlota again", current_password: PASSWORD };
    const changed = call(`/users/${user.id}`, { method: "PUT", json: change, token: user.token });
    expect(await problemOf(changed, 422)).toMatchObject(error);
  });

  test("a megabyte is refused before it is read", async () => {
    const json = { email: "somebody@example.test", password: "x".repeat(1_000_000) };
    const problem = await problemOf(call("/users/login", { method: "POST", json }), 413);
    expect(problem.code).toBe("payload_too_large");
  });
});

describe("a typed password", () => {
  test("may be one that could not be chosen today, but no longer than any", () => {
    for (const password of ["x", "password1234", "x".repeat(256), "🦊".repeat(256), "e\u0301".repeat(256)]) {
      expect(Password.safeParse(password).success).toBe(true);
    }
    for (const password of ["", "x".repeat(257), "🦊".repeat(257)]) {
      expect(Password.safeParse(password).success).toBe(false);
    }
  });
});

describe("a hash", () => {
  test("carries its cost and a salt of its own, and is of the whole password", async () => {
    const password = `${"a".repeat(255)}b`;
    const hashes = await Promise.all([hashPassword(password), hashPassword(password)]);
    expect(hashes[0]).not.toBe(hashes[1]);
    for (const hash of hashes) {
      expect(hash).toMatch(/^scrypt\$16\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
      expect(await verifyPassword(password, hash)).toBe(true);
    }
    expect(await verifyPassword(`${"a".repeat(255)}c`, hashes[0] ?? "")).toBe(false);
    expect(await verifyPassword("a".repeat(255), hashes[0] ?? "")).toBe(false);
  });

  test.each([
    ["an accent typed as a key of its own", "caf\u00e9 de la esquina", "cafe\u0301 de la esquina"],
    ["letters of full width", "password by ime", "ｐａｓｓｗｏｒｄ　ｂｙ　ｉｍｅ"],
    ["Hangul typed as its parts", "\ud55c\uae00 password", "\u1112\u1161\u11ab\u1100\u1173\u11af password"],
  ])("is the same for %s", async (_, one, other) => {
    expect(one).not.toBe(other);
    expect(await verifyPassword(other, await hashPassword(one))).toBe(true);
    expect(await verifyPassword(one, await hashPassword(other))).toBe(true);
  });

  test("of nobody fits no password", async () => {
    for (const password of ["", "x", "correct horse battery staple"]) {
      expect(await verifyPassword(password, null)).toBe(false);
    }
  });
});

describe("a hash of another cost", () => {
  const PASSWORD = "three lamps on the stairs";
  const salt = Buffer.from("0123456789abcdef");
  const key = scryptSync(PASSWORD, salt, 32, { N: 1024, r: 8, p: 1 });
  const cheap = `scrypt$1024$8$1$${salt.toString("base64")}$${key.toString("base64")}`;
  const hashOf = async (id: number) =>
    (
      await env.DIRECTORY.prepare("SELECT password_hash FROM users WHERE id = ?")
        .bind(id)
        .first<{ password_hash: string }>()
    )?.password_hash ?? "";
  const login = (email: string, password: string) =>
    call("/users/login", { method: "POST", json: { email, password } });

  test("is good for a sign-in, and is made again at today's cost by it", async () => {
    const user = await createUser();
    await env.DIRECTORY.prepare("UPDATE users SET password_hash = ? WHERE id = ?").bind(cheap, user.id).run();
    expect(needsRehash(cheap)).toBe(true);
    await problemOf(login(user.email, `${PASSWORD}!`), 401);
    expect(await hashOf(user.id)).toBe(cheap);
    await bodyOf(login(user.email, PASSWORD));
    const renewed = await hashOf(user.id);
    expect(needsRehash(renewed)).toBe(false);
    expect(await verifyPassword(PASSWORD, renewed)).toBe(true);
    await bodyOf(login(user.email, PASSWORD));
    expect(await hashOf(user.id)).toBe(renewed);
  });
});
