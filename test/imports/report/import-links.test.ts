import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { type FileKind, fileLink } from "../../../src/imports/report/file-links.ts";
import { bodyOf, call, ORIGIN, problemOf, upload, waitForImport } from "../../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { play } from "../../harness/scenario.ts";

const CSV = "email,first_name\nana@example.test,Ana\nnot-an-address,=SUM(1)\n";
const MINUTE = 60_000;

let company: TestCompany;
let user: TestUser;
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
let done: any;

/** What follows `/api/v1` in a link. */
const pathOf = (link: string) => link.replace(`${ORIGIN}/api/v1`, "");
const changed = (link: string, change: (url: URL) => void) => {
  const url = new URL(link);
  change(url);
  return pathOf(url.href);
};

function linkTo({
  importCode = done.import_code as string,
  kind = "original_file" as FileKind,
  now = Date.now(),
  key = env.LINK_KEY,
}) {
  return fileLink({ ...env, LINK_KEY: key }, ORIGIN, { importCode, kind, userId: user.id }, now);
}

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "manager" }] });
  const query = `&file_name=${encodeURIComponent('Año "nuevo" 日本;\r\nX: 1.csv')}`;
  const { import_code: code } = await upload(user.token, company.id, CSV, query);
  done = await waitForImport(code, user.token);
});

test("the original comes back byte for byte, without a header, as a file and nothing else", async () => {
  const answer = await call(pathOf(done.original_file));
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/csv",
    "content-length": String(CSV.length),
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
    "cache-control": "private, no-store",
  });
  const disposition = answer.headers.get("Content-Disposition") ?? "";
  expect(disposition).toMatch(/^attachment; filename="[\x20\x21\x23-\x7e]+"; filename\*=UTF-8''[\w%.~-]+$/);
  const [, encoded = ""] = /filename\*=UTF-8''(.*)$/.exec(disposition) ?? [];
  expect(decodeURIComponent(encoded)).toBe(done.file.name);
  expect(answer.headers.get("X")).toBeNull();
  expect(await answer.text()).toBe(CSV);
});

test("the error file has the rejected records with their reasons, and is called after the original", async () => {
  const answer = await call(pathOf(done.error_file));
  const text = await bodyText(answer);
  expect(text).toMatch(/^\uFEFFemail,first_name,_row,_code,_reason\r\n/);
  expect(text).toMatch(/^not-an-address,'=SUM\(1\),\d+,invalid_email,/m);
  expect(text).not.toContain("ana@example.test");
  expect(answer.headers.get("Content-Disposition")).toMatch(/-errors\.csv$/);
});

async function bodyText(answer: Response): Promise<string> {
  expect(answer.status).toBe(200);
  return new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(await answer.arrayBuffer());
}

describe("a link that is not as we made it", () => {
  test("opens nothing", async () => {
    const other = await createImportRow(company, user);
    const link: string = done.original_file;
    const expires = Number(new URL(link).searchParams.get("expires"));
    const signature = new URL(link).searchParams.get("signature") ?? "";
    const flipped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
    const attacks: [string, string][] = [
      ["a later end", changed(link, (url) => url.searchParams.set("expires", String(expires + 1)))],
      ["an earlier end", changed(link, (url) => url.searchParams.set("expires", String(expires - 1)))],
      ["another user", changed(link, (url) => url.searchParams.set("user", String(user.id + 1)))],
      ["another signature", changed(link, (url) => url.searchParams.set("signature", flipped))],
      [
        "a signature cut short",
        changed(link, (url) => url.searchParams.set("signature", signature.slice(1))),
      ],
      ["the other kind of file", pathOf(link.replace("original_file", "error_file"))],
      ["another import", pathOf(link.replace(done.import_code, other.importCode))],
      ["an import that there is not", pathOf(link.replace(done.import_code, `imp_00${"0".repeat(24)}`))],
      ["no code at all", pathOf(link.replace(done.import_code, "nothing"))],
      ["another key", pathOf(linkTo({ key: "another-key-of-forty-characters-or-more" }))],
      ["an end that is past", pathOf(linkTo({ now: Date.now() - 25 * MINUTE }))],
    ];
    await play(
      attacks.map(([name, path]) => ({
        name,
        path,
        status: 403,
        contains: ["invalid_link"],
        lacks: ["ana@", company.name],
        headers: { "Content-Type": "application/problem+json", "Content-Disposition": null },
      })),
    );
    // An access token does not make it better.
    for (const [, path] of attacks) await problemOf(call(path, { token: user.token }), 403);
  });

  test.each([
    ["without a signature", (url: URL) => url.searchParams.delete("signature"), "/signature"],
    ["without a user", (url: URL) => url.searchParams.delete("user"), "/user"],
    ["without an end", (url: URL) => url.searchParams.delete("expires"), "/expires"],
    ["with an end that is no time", (url: URL) => url.searchParams.set("expires", "never"), "/expires"],
    [
      "with an end written in another way",
      (url: URL) =>
        url.searchParams.set("expires", `0x${Number(url.searchParams.get("expires")).toString(16)}`),
      "/expires",
    ],
    ["with something added", (url: URL) => url.searchParams.set("as", "html"), "/as"],
  ])("%s is told what is wrong with it", async (_, change, pointer) => {
    const problem = await problemOf(call(changed(done.original_file, change)), 400);
    expect(problem.errors[0].pointer).toBe(pointer);
  });
});

test("a link is good for 15 to 20 minutes", () => {
  for (let second = 0; second < 600; second += 7) {
    const now = Date.parse("2026-02-17T21:54:09.000Z") + second * 1000;
    const link = new URL(linkTo({ now }));
    const left = Number(link.searchParams.get("expires")) * 1000 - now;
    expect(left).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(left).toBeLessThanOrEqual(20 * MINUTE);
  }
});

test("a good link to a file that is gone, or never was, is a 404", async () => {
  const row = await createImportRow(company, user);
  for (const kind of ["original_file", "error_file"] as const) {
    await problemOf(call(pathOf(linkTo({ importCode: row.importCode, kind }))), 404);
  }
});

test("an import without rejected records has no error file", async () => {
  const { import_code: code } = await upload(user.token, company.id, "email\neva@example.test\n");
  const clean = await waitForImport(code, user.token);
  expect(clean.error_file).toBeNull();
  const { import_file: listed } = await bodyOf(call(`/import/${code}`, { token: user.token }));
  expect(listed.original_file).toContain("/original_file?");
});

describe("a link ends with the right of the user whom it was made for:", () => {
  /** A fresh link of a user to the original of the one import that a company has. */
  async function originalOf(userId: number, own: TestCompany): Promise<string> {
    const importCode = await own.database
      .prepare("SELECT import_code FROM imports WHERE company_id = ?")
      .bind(own.id)
      .first<string>("import_code");
    const link = { importCode: importCode ?? "", kind: "original_file" as const, userId };
    return fileLink(env, ORIGIN, link, Date.now());
  }

  test.each<[string, (id: number, of: TestCompany) => Promise<unknown>, downloads?: number]>([
    [
      "disabled",
      (id) => env.DIRECTORY.prepare("UPDATE users SET status = 'disabled' WHERE id = ?").bind(id).run(),
    ],
    [
      "removed from the company",
      (id) => env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(id).run(),
    ],
    [
      "an agent now",
      (id) =>
        env.DIRECTORY.prepare("UPDATE user_accesses SET access_id = 3 WHERE user_id = ?").bind(id).run(),
    ],
    [
      "suspended there, by an owner who does not manage their other company",
      async (id, own) => {
        const owner = await createUser({ access: [{ company: own, role: "owner" }] });
        const elsewhere = await createCompany();
        await env.DIRECTORY.prepare(
          `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, 1, 0, 1)`,
        )
          .bind(id, elsewhere.id)
          .run();
        const json = { status: "disabled" };
        await bodyOf(call(`/users/${id}`, { method: "PUT", token: owner.token, json }));
        const suspended = await env.DIRECTORY.prepare(
          "SELECT company_id FROM user_accesses WHERE user_id = ? AND suspended_at IS NOT NULL",
        )
          .bind(id)
          .all();
        expect(suspended.results).toEqual([{ company_id: own.id }]);
      },
    ],
    [
      // No request moves a company, and a trigger keeps its ancestors: an operator takes it out of the tree by hand.
      "of an agency that the company has left",
      async (id, own) => {
        const agency = await createCompany();
        const above = [agency.id, own.id];
        const directory = env.DIRECTORY;
        await directory.batch([
          directory.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(id),
          directory
            .prepare("INSERT INTO company_ancestors (ancestor_id, company_id, depth) VALUES (?, ?, 1)")
            .bind(...above),
          directory
            .prepare(
              `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, 2, 1, 1)`,
            )
            .bind(id, agency.id),
        ]);
        expect((await call(pathOf(await originalOf(id, own)))).status).toBe(200);
        await directory
          .prepare("DELETE FROM company_ancestors WHERE ancestor_id = ? AND company_id = ?")
          .bind(...above)
          .run();
      },
      2,
    ],
  ])("%s", async (_, end, downloads = 1) => {
    const own = await createCompany();
    const holder = await createUser({ access: [{ company: own, role: "manager" }] });
    const { import_code: code } = await upload(holder.token, own.id, CSV);
    const { original_file: original, error_file: errors } = await waitForImport(code, holder.token);
    expect((await call(pathOf(original))).status).toBe(200);
    await end(holder.id, own);
    for (const link of [original, errors])
      expect(await problemOf(call(pathOf(link)), 403)).toMatchObject({ code: "invalid_link" });
    const { results } = await env.DIRECTORY.prepare(
      "SELECT action FROM audit_events WHERE company_id = ? AND action LIKE 'import.%downloaded'",
    )
      .bind(own.id)
      .all();
    expect(results).toHaveLength(downloads);
  });
});
