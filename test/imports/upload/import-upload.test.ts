import { createExecutionContext, env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { ImportFileAnswer } from "../../../src/imports/schemas.ts";
import { PART_BYTES } from "../../../src/imports/upload/part-buffer.ts";
import worker from "../../../src/index.ts";
import { bodyOf, call, ORIGIN, problemOf, upload, waitForImport } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { FORM_TYPE, formBytes, inPieces, type Part } from "../../harness/form.ts";

const CSV = "email,first_name\nana@example.test,Ana\nluis@example.test,Luis\n";

let company: TestCompany;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const utf8 = (text: string) => new TextEncoder().encode(text);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const fileOf = (text = CSV, fileName = "leads.csv"): Part => ({ name: "file", value: text, fileName });
const field = (name: string, value: string | number): Part => ({ name, value: String(value) });

const sendForm = (parts: Part[], headers: Record<string, string> = {}, token = manager.token) =>
  call("/import", {
    token,
    method: "POST",
    body: formBytes(parts),
    headers: { "Content-Type": FORM_TYPE, ...headers },
  });

const sendRaw = (query: string, body: BodyInit | undefined, headers: Record<string, string> = {}) =>
  call(`/import?${query}`, {
    token: manager.token,
    method: "POST",
    ...(body !== undefined && { body }),
    headers: { "Content-Type": "text/csv", ...headers },
  });

async function originals(): Promise<string[]> {
  const { objects, truncated } = await env.FILES.list({ prefix: "originals/" });
  expect(truncated).toBe(false);
  return objects.map((object) => object.key);
}

async function importRows(): Promise<Record<string, unknown>[]> {
  const outcomes = await Promise.all(
    [env.LEADS_0, env.LEADS_1].map((store) =>
      store.prepare("SELECT * FROM imports ORDER BY id").all<Record<string, unknown>>(),
    ),
  );
  return outcomes.flatMap(({ results }) => results);
}

async function rowOf(code: string): Promise<Record<string, unknown>> {
  const row = (await importRows()).find((one) => one.import_code === code);
  if (!row) throw new Error(`no row of ${code}`);
  return row;
}

/** Checks that a file is in D1 and R2 exactly as it was sent. */
async function expectStored(code: string, bytes: Uint8Array): Promise<void> {
  const row = await rowOf(code);
  expect(row.file_bytes).toBe(bytes.length);
  expect(row.file_sha256).toBe(sha256(bytes));
  const object = await env.FILES.get(String(row.file_key));
  const stored = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(stored.length).toBe(bytes.length);
  expect(sha256(stored)).toBe(row.file_sha256);
}

describe("a form", () => {
  test("is answered at once with where to follow its import, which then runs", async () => {
    const answer = await sendForm([field("company_id", company.id), fileOf()]);
    const body = ImportFileAnswer.parse(await bodyOf(answer, 202));
    const { import_code: code } = body.import_file;
    expect(answer.headers.get("Location")).toBe(`/api/v1/import/${code}`);
    expect(answer.headers.get("Idempotent-Replayed")).toBeNull();
    expect(body.import_file).toMatchObject({
      status_name: "pending",
      total_records: null,
      processed_records: 0,
      company: { id: company.id, name: company.name },
      imported_by: { id: manager.id },
      on_duplicate: "skip",
      campaign_id: null,
      file: { name: "leads.csv", bytes: CSV.length, sha256: sha256(utf8(CSV)) },
    });
    await expectStored(code, utf8(CSV));
    const done = await waitForImport(code, manager.token);
    expect(done).toMatchObject({ status_name: "completed", total_records: 2, created_records: 2 });
    const leads = await company.database
      .prepare("SELECT email FROM leads WHERE company_id = ? ORDER BY id")
      .bind(company.id)
      .all();
    expect(leads.results).toEqual([{ email: "ana@example.test" }, { email: "luis@example.test" }]);
  });

  test.each([
    ["before the file", (fields: Part[]) => [...fields, fileOf()]],
    ["after the file", (fields: Part[]) => [fileOf(), ...fields]],
    ["around the file", ([first, ...rest]: Part[]) => [first as Part, fileOf(), ...rest]],
  ])("may have its fields %s", async (_, arrange) => {
    const campaign = await createCampaign(company);
    const parts = arrange([
      field("company_id", company.id),
      field("campaign_id", campaign.id),
      field("on_duplicate", "update"),
      field("mapping", '{"first_name": "last_name", "email": "email"}'),
      field("source", " Fair "),
    ]);
    const { import_file: shown } = await bodyOf(sendForm(parts), 202);
    expect(shown).toMatchObject({ campaign_id: campaign.id, on_duplicate: "update" });
    const row = await rowOf(shown.import_code);
    expect(row).toMatchObject({ source: "Fair", campaign_id: campaign.id, company_id: company.id });
    expect(JSON.parse(String(row.mapping))).toEqual({ first_name: "last_name", email: "email" });
  });

  test("may leave fields empty", async () => {
    const empty = ["campaign_id", "on_duplicate", "mapping", "source"].map((name) => field(name, ""));
    const { import_file: shown } = await bodyOf(
      sendForm([...empty, field("company_id", company.id), fileOf()]),
      202,
    );
    expect(shown).toMatchObject({ campaign_id: null, on_duplicate: "skip" });
  });

  test.each([
    ["plain", "leads.csv", "leads.csv"],
    ["with escaped quotes", 'the \\"best\\" leads.csv', 'the "best" leads.csv'],
    ["with quotes as a browser writes them", "the %22best%22 leads.csv", 'the "best" leads.csv'],
    ["with a semicolon", "a;b=c.csv", "a;b=c.csv"],
    ["in UTF-8", "Año nuevo – 日本 🎉.csv", "Año nuevo – 日本 🎉.csv"],
    ["empty", "", "leads.csv"],
    ["of spaces", "   ", "leads.csv"],
  ])("may name its file: %s", async (_, written, kept) => {
    const parts = [field("company_id", company.id), fileOf(CSV, written)];
    const { import_file: shown } = await bodyOf(sendForm(parts), 202);
    expect(shown.file.name).toBe(kept);
  });

  test("made by a client of good manners", async () => {
    const body = new FormData();
    body.append("file", new File([CSV], "María's leads.csv", { type: "application/vnd.ms-excel" }));
    body.append("company_id", String(company.id));
    const answer = await call("/import", { token: manager.token, method: "POST", body });
    const { import_file: shown } = await bodyOf(answer, 202);
    expect(shown.file).toEqual({
      name: "María's leads.csv",
      bytes: CSV.length,
      sha256: sha256(utf8(CSV)),
      encoding: "utf-8",
      encoding_confidence: "certain",
      // Of how it is laid out nothing is known before it is read.
      delimiter: null,
      header_row: null,
      kind: null,
      sheet: null,
    });
  });

  test.each([1, 7, 64, 1000])("may arrive in pieces of %d bytes, without a length", async (size) => {
    // A file that looks like the boundary, and has every line end.
    const file = utf8(`email\r\n--\r\n------leadsy\n\r--${"-".repeat(30)}\rana@example.test\r\n\r\n`);
    const bytes = formBytes([
      field("company_id", company.id),
      { name: "file", fileName: "x.csv", value: file, headers: ["Content-Type: text/csv"] },
      field("source", "Fair"),
    ]);
    const answer = await call("/import", {
      token: manager.token,
      method: "POST",
      body: inPieces(bytes, size),
      headers: { "Content-Type": FORM_TYPE },
    });
    const { import_file: shown } = await bodyOf(answer, 202);
    await expectStored(shown.import_code, file);
    expect((await rowOf(shown.import_code)).source).toBe("Fair");
  });
});

describe("a raw body", () => {
  test("has its fields in the query", async () => {
    const campaign = await createCampaign(company);
    const query = new URLSearchParams({
      company_id: String(company.id),
      campaign_id: String(campaign.id),
      on_duplicate: "create",
      mapping: '{"email": "email", "first_name": null}',
      source: "Web",
      file_name: "Año nuevo.csv",
    });
    const { import_file: shown } = await bodyOf(sendRaw(String(query), CSV), 202);
    expect(shown).toMatchObject({
      campaign_id: campaign.id,
      on_duplicate: "create",
      file: { name: "Año nuevo.csv", bytes: CSV.length },
    });
    await expectStored(shown.import_code, utf8(CSV));
    const row = await rowOf(shown.import_code);
    expect(row).toMatchObject({ source: "Web" });
    expect(JSON.parse(String(row.mapping))).toEqual({ email: "email", first_name: null });
  });

  test.each([
    "text/csv",
    "text/csv; charset=utf-8",
    "application/octet-stream",
    "text/tab-separated-values",
    "",
  ])("may be said to be %j", async (type) => {
    const body = utf8(CSV);
    const answer = await sendRaw(`company_id=${company.id}&source=`, body, { "Content-Type": type });
    const { import_file: shown } = await bodyOf(answer, 202);
    expect(shown.file.name).toBe("leads.csv");
    await expectStored(shown.import_code, body);
  });

  test.each([1, 10, 1000])("may arrive in pieces of %d bytes, without a length", async (size) => {
    const bytes = utf8(CSV);
    const { import_file: shown } = await bodyOf(
      sendRaw(`company_id=${company.id}`, inPieces(bytes, size)),
      202,
    );
    await expectStored(shown.import_code, bytes);
  });

  test("that is empty is an import that fails with a reason", async () => {
    const { import_file: shown } = await bodyOf(sendRaw(`company_id=${company.id}`, ""), 202);
    expect(shown.file.bytes).toBe(0);
    const done = await waitForImport(shown.import_code, manager.token);
    expect(done).toMatchObject({ status_name: "failed", failure: { code: expect.any(String) } });
  });
});

describe("a file of more than one part of R2", () => {
  /** Bytes in which no part is like another. Its header has no column of a lead, so that its import ends at once. */
  function bigFile(size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size).fill(0x78);
    bytes.set(utf8("colour\n"));
    for (let offset = 1000; offset < size; offset += 1000)
      bytes.set(utf8(`\n${offset}`.slice(0, size - offset)), offset);
    return bytes;
  }

  test.each([PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 2 * PART_BYTES + 1])(
    "of %d bytes is stored byte for byte from a raw body",
    async (size) => {
      const bytes = bigFile(size);
      const shown = await upload(manager.token, company.id, bytes);
      await expectStored(shown.import_code, bytes);
    },
  );

  test.each([PART_BYTES, 2 * PART_BYTES + 12_345])(
    "of %d bytes is stored byte for byte from a form, with its fields after it",
    async (size) => {
      const bytes = bigFile(size);
      const parts = [{ name: "file", fileName: "big.csv", value: bytes }, field("company_id", company.id)];
      const { import_file: shown } = await bodyOf(sendForm(parts), 202);
      await expectStored(shown.import_code, bytes);
    },
  );

  test("leaves nothing behind when it is refused after it was sent", async () => {
    const before = [await originals(), await importRows()];
    const bytes = bigFile(PART_BYTES + 10);
    const parts = [{ name: "file", fileName: "big.csv", value: bytes }, field("company_id", 999_999)];
    await problemOf(sendForm(parts), 404);
    expect([await originals(), await importRows()]).toEqual(before);
  });
});

describe("Idempotency-Key", () => {
  const parts = (text = CSV) => [field("company_id", company.id), fileOf(text)];
  const keyed = (key: string, form = parts(), token = manager.token) =>
    sendForm(form, { "Idempotency-Key": key }, token);

  test("gives the first answer again, and keeps one file", async () => {
    const first = await keyed("again");
    const text = await first.text();
    expect(first.status).toBe(202);
    const before = [await originals(), (await importRows()).length];
    for (const form of [parts(), parts().reverse()]) {
      const second = await keyed("again", form);
      expect(second.status).toBe(202);
      expect(await second.text()).toBe(text);
      expect(second.headers.get("Location")).toBe(first.headers.get("Location"));
      expect(second.headers.get("Idempotent-Replayed")).toBe("true");
    }
    expect([await originals(), (await importRows()).length]).toEqual(before);
    await expectStored(JSON.parse(text).import_file.import_code, utf8(CSV));
  });

  test.each([
    ["another file", () => parts(`${CSV}eva@example.test,Eva\n`)],
    ["other fields", () => [...parts(), field("on_duplicate", "update")]],
  ])("with %s is refused, and nothing is kept", async (what, form) => {
    await bodyOf(keyed(`other ${what}`.replaceAll(" ", "-")), 202);
    const before = [await originals(), (await importRows()).length];
    const problem = await problemOf(keyed(`other ${what}`.replaceAll(" ", "-"), form()), 422);
    expect(problem.code).toBe("idempotency_key_reused");
    expect([await originals(), (await importRows()).length]).toEqual(before);
  });

  test("sent by many at once starts one import", async () => {
    const [files, rows] = [await originals(), await importRows()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => keyed("at-once")));
    const bodies = new Set<string>();
    for (const answer of answers) {
      if (answer.status === 202) bodies.add(await answer.text());
      else {
        expect((await problemOf(answer, 409)).code).toBe("request_in_flight");
        expect(answer.headers.get("Retry-After")).toBe("1");
      }
    }
    expect(bodies.size).toBe(1);
    const added = (await importRows()).slice(rows.length);
    expect(added).toHaveLength(1);
    expect(await originals()).toHaveLength(files.length + 1);
    expect(await originals()).toContain(added[0]?.file_key);
    const late = await keyed("at-once");
    expect(await late.text()).toBe([...bodies][0]);
  });

  test("belongs to its user", async () => {
    const other = await createUser({ access: [{ company, role: "owner" }] });
    const { import_file: first } = await bodyOf(keyed("mine"), 202);
    const { import_file: second } = await bodyOf(keyed("mine", parts(), other.token), 202);
    expect(second.import_code).not.toBe(first.import_code);
    expect(second.imported_by.id).toBe(other.id);
  });

  test("is free again after a refusal", async () => {
    await problemOf(keyed("refused", [field("company_id", company.id)]), 422);
    await bodyOf(keyed("refused"), 202);
  });

  test.each(["with a space", "ñ", "x".repeat(256)])("that is none is refused: %s", async (key) => {
    const before = await originals();
    const problem = await problemOf(keyed(key), 400);
    expect(problem.errors[0].pointer).toBe("/Idempotency-Key");
    expect(await originals()).toEqual(before);
  });
});

test("the same file again names the import that brought it before, and goes on", async () => {
  const own = await createCompany();
  const other = await createCompany();
  const user = await createUser({ access: [own, other].map((one) => ({ company: one, role: "manager" })) });
  const first = await upload(user.token, own.id, CSV);
  expect(first.same_file_as).toBeNull();
  await waitForImport(first.import_code, user.token);

  const second = await upload(user.token, own.id, CSV);
  expect(second.same_file_as).toBe(first.import_code);
  const done = await waitForImport(second.import_code, user.token);
  expect(done).toMatchObject({ same_file_as: first.import_code, created_records: 0, duplicate_records: 2 });

  const changed = await upload(user.token, own.id, `${CSV}eva@example.test,Eva\n`);
  expect(changed.same_file_as).toBeNull();
  const elsewhere = await upload(user.token, other.id, CSV);
  expect(elsewhere.same_file_as).toBeNull();
});

describe("bad input is refused by name, and nothing is stored", () => {
  let campaign: number;
  let campaignOfOthers: number;
  let foreign: TestCompany;

  beforeAll(async () => {
    foreign = await createCompany({ name: "Foreign Secret Ltd", store: 0 });
    campaign = (await createCampaign(company)).id;
    campaignOfOthers = (await createCampaign(foreign, "Secret campaign")).id;
  });

  interface Refusal {
    send: () => Promise<Response>;
    status: number;
    code: string;
    /** The fields that it names. */
    names: string[];
  }

  const form = (parts: () => Part[], status: number, code: string, ...names: string[]): Refusal => ({
    send: () => sendForm(parts()),
    status,
    code,
    names,
  });
  const raw = (query: () => string, status: number, code: string, ...names: string[]): Refusal => ({
    send: () => sendRaw(query(), CSV),
    status,
    code,
    names,
  });
  const bytes = (body: () => BodyInit, type: string, status: number, code: string, ...names: string[]) => ({
    send: () =>
      call("/import", {
        token: manager.token,
        method: "POST",
        body: body(),
        headers: { "Content-Type": type },
      }),
    status,
    code,
    names,
  });
  const asRole = (role: "agent" | "viewer"): Refusal => ({
    send: async () => {
      const { token } = await createUser({ access: [{ company, role }] });
      return sendForm([field("company_id", company.id), fileOf()], {}, token);
    },
    status: 403,
    code: "forbidden",
    names: ["/company_id"],
  });
  /** With a limit of 40 bytes. */
  const limited = (body: () => BodyInit, headers: Record<string, string>): Refusal => ({
    send: async () => {
      const request = new Request(`${ORIGIN}/api/v1/import?company_id=${company.id}`, {
        method: "POST",
        body: body(),
        headers: { Authorization: manager.token, ...headers },
      });
      return worker.fetch(request, { ...env, MAX_UPLOAD_BYTES: "40" }, createExecutionContext());
    },
    status: 413,
    code: "payload_too_large",
    names: ["/file"],
  });

  const mine = () => field("company_id", company.id);
  const whole = () => formBytes([mine(), fileOf()]);
  const MALFORMED = "malformed_multipart";
  const query = (more: Record<string, string>) => () =>
    String(new URLSearchParams({ company_id: String(company.id), ...more }));

  const refusals: Record<string, Refusal> = {
    "a form that is none": bytes(() => "hello", FORM_TYPE, 400, MALFORMED),
    "a form without a body": bytes(() => "", FORM_TYPE, 400, MALFORMED),
    "a form that does not name its boundary": bytes(whole, "multipart/form-data", 400, MALFORMED),
    "a form with another boundary": bytes(whole, "multipart/form-data; boundary=other", 400, MALFORMED),
    "a form cut off in the file": bytes(() => whole().slice(0, -60), FORM_TYPE, 400, MALFORMED),
    "a form cut off before its end": bytes(
      () => formBytes([mine(), fileOf()], { closed: false }),
      FORM_TYPE,
      400,
      MALFORMED,
    ),
    "a form cut off in its fields": bytes(
      () => formBytes([fileOf(), mine()]).slice(0, -30),
      FORM_TYPE,
      400,
      MALFORMED,
    ),
    "a part without a name": bytes(
      () => new TextDecoder().decode(whole()).replace('; name="file"', ""),
      FORM_TYPE,
      400,
      MALFORMED,
    ),
    "more parts than a form has": form(
      () => [fileOf(), ...Array.from({ length: 25 }, (_, index) => field(`field_${index}`, "x")), mine()],
      400,
      MALFORMED,
    ),
    "a field larger than a field is": form(
      () => [mine(), field("mapping", "x".repeat(70_000)), fileOf()],
      400,
      MALFORMED,
    ),
    "the file in another field": form(
      () => [mine(), { ...fileOf(), name: "upload" }],
      422,
      "invalid_body",
      "/upload",
    ),
    "two files": form(() => [mine(), fileOf(), fileOf()], 422, "invalid_body", "/file"),
    "no file": form(() => [mine()], 422, "invalid_body", "/file"),
    "the file as text": form(() => [mine(), field("file", CSV)], 422, "invalid_body", "/file"),
    "an empty form": form(() => [], 422, "invalid_body", "/file"),
    "no company": form(() => [fileOf()], 422, "invalid_body", "/company_id"),
    "an empty company": form(() => [field("company_id", ""), fileOf()], 422, "invalid_body", "/company_id"),
    "a company that is no id": form(
      () => [field("company_id", "mine"), fileOf()],
      422,
      "invalid_body",
      "/company_id",
    ),
    "a company in hexadecimal": form(
      () => [field("company_id", `0x${company.id.toString(16)}`), fileOf()],
      422,
      "invalid_body",
      "/company_id",
    ),
    "a campaign with spaces": form(
      () => [mine(), field("campaign_id", ` ${campaign} `), fileOf()],
      422,
      "invalid_body",
      "/campaign_id",
    ),
    "a company given twice": form(() => [mine(), mine(), fileOf()], 422, "invalid_body", "/company_id"),
    "a company in the form and in the query": {
      send: () =>
        call(`/import?company_id=${company.id}`, {
          token: manager.token,
          method: "POST",
          body: formBytes([field("company_id", foreign.id), fileOf()]),
          headers: { "Content-Type": FORM_TYPE },
        }),
      status: 422,
      code: "invalid_body",
      names: ["/company_id"],
    },
    "the company of others": form(
      () => [field("company_id", foreign.id), fileOf()],
      404,
      "not_found",
      "/company_id",
    ),
    "the company of others, after the file": form(
      () => [fileOf(), field("company_id", foreign.id)],
      404,
      "not_found",
      "/company_id",
    ),
    "a company that there is not": form(
      () => [field("company_id", 987_654), fileOf()],
      404,
      "not_found",
      "/company_id",
    ),
    "an agent of the company": asRole("agent"),
    "a viewer of the company": asRole("viewer"),
    "the campaign of others": form(
      () => [mine(), field("campaign_id", campaignOfOthers), fileOf()],
      422,
      "invalid_body",
      "/campaign_id",
    ),
    "a campaign that there is not": form(
      () => [fileOf(), mine(), field("campaign_id", 987_654)],
      422,
      "invalid_body",
      "/campaign_id",
    ),
    "another way with duplicates": form(
      () => [mine(), field("on_duplicate", "merge"), fileOf()],
      422,
      "invalid_body",
      "/on_duplicate",
    ),
    "a mapping that is not JSON": form(
      () => [mine(), field("mapping", "email=email"), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a mapping that is a list": form(
      () => [mine(), field("mapping", '["email"]'), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a mapping to a number": form(
      () => [mine(), field("mapping", '{"email": 1}'), fileOf()],
      422,
      "invalid_body",
      "/mapping/email",
    ),
    "a mapping to an unknown field": form(
      () => [mine(), field("mapping", '{"email": "mail_address"}'), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a mapping to a column of the database": form(
      () => [fileOf(), mine(), field("mapping", '{"email": "dedupe_key"}')],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a mapping of two columns to tags": form(
      () => [mine(), field("mapping", '{"email": "tags", "first_name": "tags"}'), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a key of matching twice": form(
      () => [mine(), field("match_by", `email,phone,email`), fileOf()],
      422,
      "invalid_body",
      "/match_by",
    ),
    "a key of matching that there is not": form(
      () => [mine(), field("match_by", `email,name`), fileOf()],
      422,
      "invalid_body",
      "/match_by",
    ),
    "no key of matching": form(
      () => [mine(), field("match_by", `,`), fileOf()],
      422,
      "invalid_body",
      "/match_by",
    ),
    "missing leads neither created nor not": form(
      () => [mine(), field("create_missing", `maybe`), fileOf()],
      422,
      "invalid_body",
      "/create_missing",
    ),
    "constants that are not JSON": form(
      () => [mine(), field("constants", `source=x`), fileOf()],
      422,
      "invalid_body",
      "/constants",
    ),
    "a constant that is no text": form(
      () => [mine(), field("constants", `{"source": 1}`), fileOf()],
      422,
      "invalid_body",
      "/constants/source",
    ),
    "a constant of an unknown field": form(
      () => [mine(), field("constants", `{"colour": "red"}`), fileOf()],
      422,
      "invalid_body",
      "/constants",
    ),
    "one e-mail for everybody": form(
      () => [mine(), field("constants", `{"email": "a@leads.test"}`), fileOf()],
      422,
      "invalid_body",
      "/constants",
    ),
    "a constant for a column that is mapped": form(
      () => [mine(), field("constants", `{"notes": "x"}`), field("mapping", `{"name": "notes"}`), fileOf()],
      422,
      "invalid_body",
      "/constants",
    ),
    "a value for a stage that there is not": form(
      () => [
        mine(),
        field("mapping", `{"E": {"to": "stage", "values": {"Ok": "won", "Ya": "wonn"}}}`),
        fileOf(),
      ],
      422,
      "invalid_body",
      "/mapping/E/values/Ya",
    ),
    "a value for a country that there is not": form(
      () => [mine(), field("mapping", `{"P": {"to": "country", "values": {"X": "Narnia"}}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping/P/values/X",
    ),
    "a stage for everybody that there is not": form(
      () => [mine(), field("constants", `{"stage": "wonn"}`), fileOf()],
      422,
      "invalid_body",
      "/constants/stage",
    ),
    "a country for everybody that there is not": form(
      () => [mine(), field("constants", `{"country": "Narnia"}`), fileOf()],
      422,
      "invalid_body",
      "/constants/country",
    ),
    "a rule that there is not": form(
      () => [mine(), field("mapping", `{"name": {"to": "notes", "rule": "add"}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping/name",
    ),
    "a mapping of a column with an unknown word": form(
      () => [mine(), field("mapping", `{"name": {"to": "notes", "color": "red"}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping/name/color",
    ),
    "a rule that cannot be for the field": form(
      () => [mine(), field("mapping", `{"name": {"to": "city", "rule": "append"}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a rule for an unknown field": form(
      () => [mine(), field("mapping", `{"name": {"to": "colour", "rule": "keep"}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a rule for a column that the file lacks": form(
      () => [mine(), field("mapping", `{"Nowhere": {"to": "notes", "rule": "keep"}}`), fileOf()],
      422,
      "invalid_body",
      "/mapping",
    ),
    "a field that there is not": form(
      () => [mine(), field("colour", "red"), fileOf()],
      422,
      "invalid_body",
      "/colour",
    ),
    "a field that only we set": form(
      () => [mine(), field("imported_by", 1), fileOf()],
      422,
      "invalid_body",
      "/imported_by",
    ),
    "a field of every object": form(
      () => [mine(), field("constructor", "x"), fileOf()],
      422,
      "invalid_body",
      "/constructor",
    ),
    "a field of every prototype": form(
      () => [mine(), field("__proto__", "x"), fileOf()],
      422,
      "invalid_body",
      "/__proto__",
    ),
    "a field of every prototype, after the file": form(
      () => [mine(), fileOf(), field("__proto__", "x")],
      422,
      "invalid_body",
      "/__proto__",
    ),
    "a field of every prototype, twice": form(
      () => [mine(), field("__proto__", "x"), field("__proto__", "x"), fileOf()],
      422,
      "invalid_body",
      "/__proto__",
    ),
    "a file in a field of every prototype": form(
      () => [mine(), { ...fileOf(), name: "__proto__" }],
      422,
      "invalid_body",
      "/__proto__",
    ),
    "a file too large in a form": limited(() => formBytes([fileOf()]), { "Content-Type": FORM_TYPE }),
    "a file too large as a raw body": limited(() => CSV, { "Content-Type": "text/csv" }),
    "a file too large that does not say so": limited(() => inPieces(utf8(CSV), 16), {
      "Content-Type": "text/csv",
    }),
    "a file said to be too large": limited(() => "email\n", {
      "Content-Type": "text/csv",
      "Content-Length": "999999999",
    }),
    "a JSON body": bytes(
      () => JSON.stringify({ company_id: company.id }),
      "application/json",
      415,
      "unsupported_media_type",
    ),
    "a body of an HTML form": bytes(
      () => `company_id=${company.id}`,
      "application/x-www-form-urlencoded",
      415,
      "unsupported_media_type",
    ),
    "a raw body for no company": raw(() => "", 422, "invalid_body", "/company_id"),
    "a raw body for the company of others": raw(
      () => `company_id=${foreign.id}`,
      404,
      "not_found",
      "/company_id",
    ),
    "a raw body with the campaign of others": raw(
      () => `company_id=${company.id}&campaign_id=${campaignOfOthers}`,
      422,
      "invalid_body",
      "/campaign_id",
    ),
    "a raw body with an unknown parameter": raw(query({ colour: "red" }), 422, "invalid_body", "/colour"),
    "a raw body with a parameter of every prototype": raw(
      () => `company_id=${company.id}&__proto__=1`,
      422,
      "invalid_body",
      "/__proto__",
    ),
    "a raw body for a company in scientific notation": raw(
      () => `company_id=${company.id}e0`,
      422,
      "invalid_body",
      "/company_id",
    ),
    "a raw body with another way with duplicates": raw(
      query({ on_duplicate: "merge" }),
      422,
      "invalid_body",
      "/on_duplicate",
    ),
    "a raw body with a mapping that is not JSON": raw(
      query({ mapping: "{" }),
      422,
      "invalid_body",
      "/mapping",
    ),
    "a raw body with a mapping to an unknown field": raw(
      query({ mapping: '{"email": "nope"}' }),
      422,
      "invalid_body",
      "/mapping",
    ),
    "a raw body with two companies": raw(
      () => `company_id=${company.id}&company_id=${foreign.id}`,
      422,
      "invalid_body",
      "/company_id",
    ),
  };

  test.each(Object.entries(refusals))("%s", async (_, { send, status, code, names }) => {
    const before = { files: await originals(), rows: (await importRows()).length };
    const problem = await problemOf(send(), status);
    expect(problem.code).toBe(code);
    expect((problem.errors ?? []).map((one: { pointer: string }) => one.pointer)).toEqual(names);
    for (const name of names) expect(problem.detail).toContain(name.split("/")[1]);
    expect(JSON.stringify(problem)).not.toContain("Secret");
    expect({ files: await originals(), rows: (await importRows()).length }).toEqual(before);
  });
});

test("tells a refused client why, and drops what it goes on sending", async () => {
  const company = await createCompany();
  const viewer = await createUser({ access: [{ company, role: "viewer" }] });
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (sent === 400) return controller.close();
      sent += 1;
      controller.enqueue(new Uint8Array(64 * 1024).fill(97));
    },
  });
  const headers = { "Content-Type": "text/csv" };
  const answer = await call(`/import?company_id=${company.id}`, {
    method: "POST",
    token: viewer.token,
    headers,
    body,
  });
  await problemOf(answer, 403);
  // A megabyte, and what was on its way.
  expect(sent).toBeLessThan(40);
});
