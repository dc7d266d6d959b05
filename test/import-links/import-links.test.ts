import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../src/routes.ts";
import { createImportLink, PAGE } from "../harness/accounts/api-keys.ts";
import { bodyOf, call, ORIGIN, problemOf, upload, waitForImport } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";

let company: TestCompany;
let child: TestCompany;
let campaign: { id: number };
let owner: TestUser;
let manager: TestUser;

const FROM_PAGE = { Origin: PAGE };
const FILE = "email,first_name\nana@x.test,Ana\nbeto@x.test,Beto\nbroken,x\n";
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

beforeAll(async () => {
  company = await createCompany();
  child = await createCompany({ parent: company });
  campaign = await createCampaign(company, "spring");
  owner = await createUser({ access: [{ company, role: "owner" }] });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

async function make(differs: object = {}, token = manager.token) {
  return bodyOf(
    call(`/companies/${company.id}/import_links`, {
      token,
      method: "POST",
      json: { name: "Portal", allowed_origin: PAGE, expires_at: inAnHour(), ...differs },
    }),
    201,
  );
}

/** Sends a file by a link, and waits for its dry run. */
async function tryOut(token: string, file = FILE, query = "") {
  const sent = await upload(token, company.id, file, query);
  return waitForImport(sent.import_code, token);
}

const commit = (token: string, code: string) =>
  call(`/import/${code}/commit`, { token, method: "POST", headers: FROM_PAGE });

describe("making one", () => {
  test("its token is shown once, and its hash alone is kept", async () => {
    const { import_link: link, token } = await make({ campaign_id: campaign.id, most_records: 5 });
    expect(token).toMatch(/^il_[0-9a-f]{78}$/);
    expect(link).toMatchObject({
      company_id: company.id,
      campaign_id: campaign.id,
      allowed_origin: PAGE,
      most_records: 5,
      on_duplicate: "skip",
      prefix: token.slice(0, 11),
      status: "active",
      created_by: { id: manager.id },
    });
    const kept = await env.DIRECTORY.prepare("SELECT * FROM api_keys WHERE id = ?").bind(link.id).first();
    expect(JSON.stringify(kept)).not.toContain(token);
    const { import_links: links } = await bodyOf(
      call(`/companies/${company.id}/import_links?id_eq=${link.id}`, { token: owner.token }),
    );
    expect(links).toEqual([link]);
    const { api_keys: keys } = await bodyOf(
      call(`/companies/${company.id}/api_keys?id_eq=${link.id}`, { token: owner.token }),
    );
    expect(keys).toEqual([]);
  });

  test.each([
    [{ allowed_origin: "http://shop.example.com" }, "/allowed_origin"],
    [{ allowed_origin: "https://shop.example.com/" }, "/allowed_origin"],
    [{ allowed_origin: "null" }, "/allowed_origin"],
    [{ allowed_origin: "*" }, "/allowed_origin"],
    [{ campaign_id: 999_999 }, "/campaign_id"],
    [{ expires_at: "2020-01-01T00:00:00.000Z" }, "/expires_at"],
    [{ expires_at: "2099-01-01T00:00:00.000Z" }, "/expires_at"],
    [{ most_records: 0 }, "/most_records"],
  ])("%j is refused", async (differs, pointer) => {
    const asked = {
      token: manager.token,
      method: "POST",
      json: { name: "Portal", allowed_origin: PAGE, expires_at: inAnHour(), ...differs },
    };
    const { errors } = await problemOf(call(`/companies/${company.id}/import_links`, asked), 422);
    expect(errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
  });
});

describe("importing by one", () => {
  test("a file is tried, committed and followed, and comes in once", async () => {
    const { token } = await make({ campaign_id: campaign.id });
    const asked = {
      token,
      method: "POST",
      headers: { ...FROM_PAGE, "Content-Type": "text/csv" },
      body: FILE,
    };
    const { preview } = await bodyOf(call("/import/preview", asked));
    expect(preview.columns.map((one: { target: string }) => one.target)).toEqual(["email", "first_name"]);
    const tried = await tryOut(token);
    expect(tried).toMatchObject({
      status_name: "validated",
      dry_run: true,
      campaign_id: campaign.id,
      created_records: 2,
      failed_records: 1,
      same_file_as: null,
    });
    await bodyOf(commit(token, tried.import_code), 202);
    const done = await waitForImport(tried.import_code, token);
    expect(done).toMatchObject({ status_name: "completed_with_errors", created_records: 2 });
    const { import_errors: errors } = await bodyOf(call(`/import/${tried.import_code}/errors`, { token }));
    expect(errors).toMatchObject([{ record: 3, severity: "rejected" }]);
    const { n } = (await company.database
      .prepare("SELECT count(*) AS n FROM leads WHERE company_id = ? AND campaign_id = ?")
      .bind(company.id, campaign.id)
      .first<{ n: number }>()) ?? { n: 0 };
    expect(n).toBe(2);
  });

  test("a file may come in parts, and be completed twice", async () => {
    const { token } = await createImportLink(company, owner);
    const bytes = new TextEncoder().encode(FILE);
    const { upload: opened } = await bodyOf(
      call("/import/uploads", {
        token,
        method: "POST",
        json: { file_name: "leads.csv", bytes: bytes.length },
      }),
      201,
    );
    await bodyOf(
      call(`/import/uploads/${opened.id}/parts/1`, {
        token,
        method: "PUT",
        body: bytes,
        headers: { "Content-Type": "application/octet-stream" },
      }),
      204,
    );
    const complete = () =>
      bodyOf(call(`/import/uploads/${opened.id}/complete`, { token, method: "POST", json: {} }), 202);
    const [first, second] = [await complete(), await complete()];
    expect(second.import_file.import_code).toBe(first.import_file.import_code);
    const done = await waitForImport(first.import_file.import_code, token);
    expect(done).toMatchObject({ status_name: "validated", company: { id: company.id } });
  });

  test.each([
    ["&on_duplicate=update", 422, "/on_duplicate"],
    ["&dry_run=false", 422, "/dry_run"],
    ["&campaign_id=1", 422, "/campaign_id"],
  ])("what its maker has decided stands: %s", async (query, status, pointer) => {
    const { token } = await createImportLink(company, owner);
    const asked = { token, method: "POST", body: FILE, headers: { "Content-Type": "text/csv" } };
    const { errors } = await problemOf(call(`/import?company_id=${company.id}${query}`, asked), status);
    expect(errors[0].pointer).toBe(pointer);
  });

  test("a company below its own is not its own", async () => {
    const { token } = await createImportLink(company, owner);
    const asked = { token, method: "POST", body: FILE, headers: { "Content-Type": "text/csv" } };
    await problemOf(call(`/import?company_id=${child.id}`, asked), 404);
  });

  test("a file of more records than it takes is tried, and not committed", async () => {
    const { token } = await createImportLink(company, owner, { mostRecords: 2 });
    const { import_code: code } = await tryOut(token);
    const { code: problem, detail } = await problemOf(commit(token, code), 409);
    expect(problem).toBe("not_committable");
    expect(detail).toContain("3 records");
    const one = await tryOut(token, "email\ncarla@x.test\n");
    await bodyOf(commit(token, one.import_code), 202);
  });

  test("imports of others are not there for it", async () => {
    const { token } = await createImportLink(company, owner);
    const other = await createImportLink(company, owner);
    const { import_code: code } = await tryOut(other.token);
    for (const path of ["", "/errors", "/events"]) {
      await problemOf(call(`/import/${code}${path}`, { token }), 404);
    }
    await problemOf(commit(token, code), 404);
    const asked = { token, method: "POST", body: FILE, headers: { "Content-Type": "text/csv" } };
    const query = `company_id=${company.id}&parent_import_code=${code}`;
    await problemOf(call(`/import?${query}`, asked), 422);
  });
});

describe("what it is closed to", () => {
  test("every route but those of an import is a 403", async () => {
    const { token } = await createImportLink(company, owner);
    const open: string[] = [];
    for (const { spec } of ROUTES) {
      if (spec.access.caller === "ignored") continue;
      const path = spec.path.replace(/\{\w+\}/g, String(company.id));
      const asked = { token, method: spec.method.toUpperCase(), ...(spec.method !== "get" && { json: {} }) };
      const answer = await call(path, asked);
      const text = await answer.text();
      if (answer.status === 403 && JSON.parse(text).code === "not_for_links") continue;
      open.push(spec.operationId);
    }
    expect(open.sort()).toEqual([
      "cancelImport",
      "commitImport",
      "completeUpload",
      "createImport",
      "deleteUpload",
      "followImport",
      "getImport",
      "getUpload",
      "listImportErrors",
      "noteDirectParts",
      "openUpload",
      "presignParts",
      "previewImport",
      "uploadPart",
    ]);
  });

  test("one that has ended or expired opens nothing", async () => {
    const { id, token } = await createImportLink(company, owner);
    await bodyOf(call(`/import_links/${id}`, { token: manager.token, method: "DELETE" }), 204);
    await problemOf(call("/import/uploads/1", { token }), 401);
    const expired = await createImportLink(company, owner, { expiresAt: Date.now() - 1 });
    await problemOf(call("/import/uploads/1", { token: expired.token }), 401);
  });
});

describe("pages", () => {
  test("its own page may read the answer, and another one is refused", async () => {
    const { token } = await createImportLink(company, owner);
    const ask = (origin: string) => call("/import/uploads/1", { token, headers: { Origin: origin } });
    for (const origin of [PAGE, ORIGIN]) {
      const answer = await ask(origin);
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(origin);
      await problemOf(answer, 404);
    }
    for (const origin of ["https://evil.example.com", "null", "https://shop.example.com.evil.com"]) {
      const answer = await ask(origin);
      expect((await problemOf(answer, 403)).code).toBe("origin_not_allowed");
    }
  });

  test("a browser may ask first whether it may send, and a user's token from there reads nothing", async () => {
    const headers = {
      Origin: PAGE,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    };
    const allowed = await call("/import/preview", { method: "OPTIONS", headers });
    expect(allowed.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
    const elsewhere = await call("/companies", { method: "OPTIONS", headers });
    expect(elsewhere.headers.get("Access-Control-Allow-Origin")).toBeNull();
    const byUser = await call("/import", { token: owner.token, headers: FROM_PAGE });
    expect(byUser.headers.get("Access-Control-Allow-Origin")).toBeNull();
    await byUser.text();
  });
});
