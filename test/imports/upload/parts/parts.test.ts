import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { ImportFileAnswer } from "../../../../src/imports/schemas.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../../harness/factories.ts";
import { inPieces } from "../../../harness/form.ts";
import {
  complete,
  digestOf,
  importsOf,
  type ManyParts,
  open,
  PART_BYTES,
  received,
  sendAll,
  sendPart,
  sha256Of,
  twoParts,
  utf8,
} from "./part-uploads.ts";

let company: TestCompany;
let manager: TestUser;
let file: ManyParts;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  file = twoParts();
});

const CSV = utf8("email,first_name\nana@parts.test,Ana\n");

test("parts in any order, again, and after a day, become the file", async () => {
  const one = await createCompany();
  const user = await createUser({ access: [{ company: one, role: "manager" }] });
  const [first = CSV, last = CSV] = file.parts;
  const { id } = await open(user, { bytes: file.bytes.length, company_id: one.id });
  await bodyOf(sendPart(user, id, 2, last, { "Content-Digest": digestOf(last) }), 204);
  await bodyOf(
    sendPart(
      user,
      id,
      1,
      first.map((byte) => byte ^ 1),
    ),
    204,
  );
  expect(await received(user, id)).toEqual([1, 2]);
  const day = 24 * 60 * 60 * 1000;
  await env.DIRECTORY.prepare(
    "UPDATE multipart_uploads SET created_at = created_at - ?1, expires_at = expires_at - ?1 WHERE id = ?2",
  )
    .bind(day, id)
    .run();
  await bodyOf(sendPart(user, id, 1, inPieces(first, 300_000)), 204);
  const answer = await complete(user, id, { source: "Fair" });
  const { import_file: begun } = ImportFileAnswer.parse(await bodyOf(answer, 202));
  expect(answer.headers.get("Location")).toBe(`/api/v1/import/${begun.import_code}`);
  expect(begun).toMatchObject({ status_name: "pending", file: { name: "leads.csv", sha256: null } });
  const done = await waitForImport(begun.import_code, user.token);
  expect(done).toMatchObject({
    status_name: "completed",
    created_records: file.records,
    failed_records: 0,
    file: { bytes: file.bytes.length, sha256: sha256Of(file.bytes), encoding: "utf-8" },
  });
  const [row] = await importsOf(one);
  const stored = await (await env.FILES.get(String(row?.file_key)))?.arrayBuffer();
  expect(sha256Of(new Uint8Array(stored ?? new ArrayBuffer(0)))).toBe(sha256Of(file.bytes));
});

test("a part that is not what it is said to be changes nothing", async () => {
  const id = await sendAll(manager, file.parts);
  const [first = CSV, last = CSV] = file.parts;
  const wrong = async (n: number, body: BodyInit, code: string, headers = {}) => {
    const { errors } = await problemOf(sendPart(manager, id, n, body, headers), 422);
    expect(errors).toMatchObject([{ code }]);
  };
  const other = first.map((byte) => byte ^ 1);
  await wrong(1, other, "wrong_digest", { "Content-Digest": digestOf(first) });
  await wrong(1, inPieces(other, 100_000), "wrong_digest", { "Content-Digest": digestOf(first) });
  await wrong(1, last, "wrong_length");
  await wrong(1, inPieces(other.subarray(1), 100_000), "wrong_length");
  await wrong(2, new Uint8Array(last.length + 1), "wrong_length");
  await wrong(2, inPieces(new Uint8Array(last.length + 1), 100), "wrong_length");
  await wrong(2, inPieces(new Uint8Array(PART_BYTES), 200_000), "wrong_length");
  for (const digest of ["sha-512=:AAAA:", "sha-256=AAAA", "sha-256=:AAAA:", "x"]) {
    const { errors } = await problemOf(sendPart(manager, id, 2, last, { "Content-Digest": digest }), 400);
    expect(errors).toMatchObject([{ pointer: "/Content-Digest" }]);
  }
  const { detail } = await problemOf(sendPart(manager, id, 3, last), 400);
  expect(detail).toContain("1 to 2");
  const { import_file } = await bodyOf(complete(manager, id, { company_id: company.id }), 202);
  const done = await waitForImport(import_file.import_code, manager.token);
  expect(done.file.sha256).toBe(sha256Of(file.bytes));
});

test("the same part twice at once leaves one of the two, or is to be sent again", async () => {
  const [first = CSV, last = CSV] = file.parts;
  const { id } = await open(manager, { bytes: file.bytes.length });
  await bodyOf(sendPart(manager, id, 2, last), 204);
  const other = first.map((byte) => byte ^ 1);
  const answers = await Promise.all([other, first, other].map((body) => sendPart(manager, id, 1, body)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => ![204, 409].includes(status))).toEqual([]);
  if (statuses.includes(409)) await bodyOf(sendPart(manager, id, 1, first), 204);
  await bodyOf(complete(manager, id, { company_id: company.id }), 202);
});

describe("completing an upload", () => {
  test("names the parts that are missing", async () => {
    const { id } = await open(manager, { bytes: 3 * PART_BYTES });
    await bodyOf(sendPart(manager, id, 2, new Uint8Array(PART_BYTES)), 204);
    const problem = await problemOf(complete(manager, id, { company_id: company.id }), 409);
    expect(problem.code).toBe("parts_missing");
    expect(problem.detail).toContain("2 of 3 parts are missing: 1, 3");
    expect(problem.errors).toMatchObject([{ pointer: "/parts/1" }, { pointer: "/parts/3" }]);
  });

  test("again gives the same import, and nothing is taken any more", async () => {
    const one = await createCompany();
    const user = await createUser({ access: [{ company: one, role: "manager" }] });
    const id = await sendAll(user, [CSV], { company_id: one.id });
    const key = { "Idempotency-Key": "complete-1" };
    const first = await bodyOf(complete(user, id, { source: "Fair" }, key), 202);
    const replayed = await complete(user, id, { source: "Fair" }, key);
    expect(replayed.headers.get("Idempotent-Replayed")).toBe("true");
    expect((await bodyOf(replayed, 202)).import_file).toMatchObject(first.import_file);
    const codes = await Promise.all(
      ["complete-2", "complete-3"].map(async (other) => {
        const { import_file } = await bodyOf(
          complete(user, id, { source: "Fair" }, { "Idempotency-Key": other }),
          202,
        );
        return import_file.import_code;
      }),
    );
    expect(codes).toEqual([first.import_file.import_code, first.import_file.import_code]);
    expect(await importsOf(one)).toMatchObject([{ source: "Fair", import_code: codes[0] }]);
    expect((await problemOf(sendPart(user, id, 1, CSV), 409)).code).toBe("upload_complete");
    const gone = await problemOf(call(`/import/uploads/${id}`, { method: "DELETE", token: user.token }), 409);
    expect(gone.code).toBe("upload_complete");
    expect(await received(user, id)).toEqual([1]);
  });

  test("by several at once starts one import", async () => {
    const one = await createCompany();
    const user = await createUser({ access: [{ company: one, role: "manager" }] });
    const id = await sendAll(user, [CSV], { company_id: one.id });
    const answers = await Promise.all([1, 2, 3].map(() => complete(user, id, {})));
    for (const answer of answers) await bodyOf(answer, 202);
    expect(await importsOf(one)).toHaveLength(1);
  });

  test("takes the fields of an import as JSON, and checks them as an import does", async () => {
    const one = await createCompany();
    const user = await createUser({ access: [{ company: one, role: "manager" }] });
    const id = await sendAll(user, [CSV]);
    const refused = async (json: Record<string, unknown>, pointer: string) => {
      const { errors } = await problemOf(complete(user, id, json), 422);
      expect(errors).toMatchObject([{ pointer }]);
    };
    await refused({}, "/company_id");
    await refused({ company_id: one.id, mapping: { a: "nothing" } }, "/mapping");
    await refused({ company_id: one.id, mapping: { z: { to: "notes", rule: "append" } } }, "/mapping");
    await refused({ company_id: one.id, on_duplicate: "replace" }, "/on_duplicate");
    await refused({ company_id: one.id, campaign_id: 1 }, "/campaign_id");
    await refused({ company_id: one.id, colour: "red" }, "/colour");
    await problemOf(complete(user, id, { company_id: company.id }), 404);
    const fields = {
      company_id: one.id,
      mapping: { first_name: "last_name" },
      constants: { city: "Lima" },
      match_by: ["email"],
      create_missing: true,
      header_row: 1,
      file_name: "fair.csv",
    };
    const { import_file } = await bodyOf(complete(user, id, fields), 202);
    expect(import_file.file.name).toBe("fair.csv");
    await waitForImport(import_file.import_code, user.token);
    const lead = await one.database
      .prepare("SELECT last_name, city FROM leads WHERE company_id = ?")
      .bind(one.id)
      .first();
    expect(lead).toEqual({ last_name: "Ana", city: "Lima" });
  });

  test("compares the file with the SHA-256 that was promised, before anything is read", async () => {
    const one = await createCompany();
    const user = await createUser({ access: [{ company: one, role: "manager" }] });
    const earlier = await upload(user.token, one.id, CSV);
    await waitForImport(earlier.import_code, user.token);
    const good = await sendAll(user, [CSV], { sha256: sha256Of(CSV).toUpperCase() });
    const { import_file: begun } = await bodyOf(complete(user, good, { company_id: one.id }), 202);
    expect(begun).toMatchObject({ file: { sha256: sha256Of(CSV) }, same_file_as: earlier.import_code });
    const done = await waitForImport(begun.import_code, user.token);
    expect(done).toMatchObject({ status_name: "completed", duplicate_records: 1 });
    const bad = await sendAll(user, [utf8("email\nnobody@parts.test\n")], { sha256: sha256Of(CSV) });
    const { import_file } = await bodyOf(complete(user, bad, { company_id: one.id }), 202);
    const failed = await waitForImport(import_file.import_code, user.token);
    expect(failed).toMatchObject({
      status_name: "failed",
      failure: { code: "wrong_sha256" },
      processed_records: 0,
      same_file_as: null,
    });
    const unsaid = await sendAll(user, [CSV], { company_id: one.id });
    const { import_file: last } = await bodyOf(complete(user, unsaid, {}), 202);
    expect(last.same_file_as).toBeNull();
    const later = await waitForImport(last.import_code, user.token);
    expect(later).toMatchObject({ file: { sha256: sha256Of(CSV) }, same_file_as: done.import_code });
  });
});

describe("an upload", () => {
  test("is its user's alone, and as long as they may import there", async () => {
    const id = await sendAll(manager, [CSV], { company_id: company.id });
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const asks = (user: TestUser, of: number) => [
      call(`/import/uploads/${of}`, { token: user.token }),
      sendPart(user, of, 1, CSV),
      complete(user, of, { company_id: company.id }),
      call(`/import/uploads/${of}`, { method: "DELETE", token: user.token }),
    ];
    const absent = await Promise.all(asks(owner, 999_999_999).map((one) => problemOf(one, 404)));
    const unseen = await Promise.all(asks(owner, id).map((one) => problemOf(one, 404)));
    expect(unseen.map(({ detail, code }) => [detail, code])).toEqual(
      absent.map(({ detail, code }) => [detail, code]),
    );
    const leaver = await createUser({ access: [{ company, role: "manager" }] });
    const left = await sendAll(leaver, [CSV], { company_id: company.id });
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(leaver.id).run();
    for (const one of asks(leaver, left)) await problemOf(one, 404);
  });

  test("is opened by those who may import, for a file that is not too large", async () => {
    const ask = (user: TestUser, json: object) =>
      call("/import/uploads", { method: "POST", token: user.token, json });
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    const stranger = await createUser({});
    const json = { file_name: "a.csv", bytes: 5 };
    await problemOf(ask(viewer, json), 403);
    await problemOf(ask(stranger, json), 403);
    await problemOf(ask(viewer, { ...json, company_id: company.id }), 403);
    await problemOf(ask(stranger, { ...json, company_id: company.id }), 404);
    await problemOf(ask(manager, { ...json, bytes: 6 * 1024 ** 3 }), 413);
    const user = await createUser({ access: [{ company, role: "manager" }] });
    const large = { ...json, bytes: 5 * 1024 ** 3 };
    for (let n = 0; n < 4; n++) await bodyOf(ask(user, large), 201);
    expect((await problemOf(ask(user, json), 409)).code).toBe("too_many_uploads");
  });
});
