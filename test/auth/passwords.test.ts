import { env } from "cloudflare:test";
import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { COMMON_PASSWORDS } from "../../src/auth/common-passwords.ts";
import { NewPassword, Password } from "../../src/auth/password-rules.ts";
import { hashPassword, needsRehash, verifyPassword } from "../../src/auth/passwords.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";

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

  test("is refused for each of the most used ones", () => {
    expect(COMMON_PASSWORDS.size).toBeGreaterThan(900);
    for (const password of COMMON_PASSWORDS) {
      expect([...password].length, password).toBeGreaterThanOrEqual(12);
      expect(password).toBe(password.toLowerCase());
      expect(broken(password), password).toEqual(["common_password"]);
      expect(broken(password.toUpperCase()), password).toEqual(["common_password"]);
    }
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
      expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
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
