import { createExecutionContext, env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../../../src/index.ts";
import { bodyOf, call, problemOf, requestOf, waitForImport } from "../../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../../harness/factories.ts";
import {
  complete,
  open,
  PART_BYTES,
  received,
  sendPart,
  sha256Of,
  twoParts,
  utf8,
} from "../parts/part-uploads.ts";
import { sendToS3 } from "./s3.ts";

let company: TestCompany;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const CSV = utf8("email,first_name\nana@direct.test,Ana\n");

interface Presigned {
  part_number: number;
  url: string;
  bytes: number;
  expires_at: string;
}

async function presigned(id: number, query = ""): Promise<Presigned[]> {
  const asked = call(`/import/uploads/${id}/presigned_parts${query}`, { token: manager.token });
  return (await bodyOf(asked)).presigned_parts;
}

const note = (id: number, parts: { part_number: number; etag: string }[]) =>
  call(`/import/uploads/${id}/parts`, { method: "PUT", token: manager.token, json: { parts } });

/** Opens an upload and sends its parts to R2. @returns its id, and what R2 answered for each. */
async function sendDirectly(parts: Uint8Array<ArrayBuffer>[], fields: Record<string, unknown> = {}) {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const { id, presigned_parts: isOn } = await open(manager, { bytes, company_id: company.id, ...fields });
  expect(isOn).toBe(true);
  const etags: { part_number: number; etag: string }[] = [];
  for (const { part_number, url } of await presigned(id)) {
    const etag = await sendToS3({ url, body: parts[part_number - 1] ?? CSV });
    etags.push({ part_number, etag });
  }
  return { id, etags };
}

async function imported(id: number) {
  const { import_file } = await bodyOf(complete(manager, id, {}), 202);
  return waitForImport(import_file.import_code, manager.token);
}

test("parts that go straight to R2, and others that do not, become the file", async () => {
  const file = twoParts();
  const [first = CSV, last = CSV] = file.parts;
  const { id } = await open(manager, {
    bytes: file.bytes.length,
    company_id: company.id,
    sha256: sha256Of(file.bytes),
  });
  await bodyOf(sendPart(manager, id, 2, last), 204);
  const [address, ...others] = await presigned(id, "?limit=1");
  expect(others).toEqual([]);
  expect(address).toMatchObject({ part_number: 1, method: "PUT", bytes: PART_BYTES });
  const etag = await sendToS3({ url: address?.url ?? "", body: first });
  expect(await received(manager, id)).toEqual([2]);
  const { upload } = await bodyOf(note(id, [{ part_number: 1, etag }]));
  expect(upload).toMatchObject({ received: [1, 2], presigned_parts: true });
  expect(await imported(id)).toMatchObject({
    status_name: "completed",
    created_records: file.records,
    file: { sha256: sha256Of(file.bytes), encoding: "utf-8" },
  });
});

test("a file of another SHA-256 than promised is not imported", async () => {
  const { id, etags } = await sendDirectly([CSV], { sha256: sha256Of(utf8("another")) });
  await bodyOf(note(id, etags));
  expect(await imported(id)).toMatchObject({ status_name: "failed", failure: { code: "wrong_sha256" } });
});

test("the encoding is that of all parts, also where only later ones tell", async () => {
  const header = "email,first_name,notes\n";
  const line = (n: number, name: string) => `${n}@latin.test,${name},${"x".repeat(10_000)}\n`;
  const text = `${header}${Array.from({ length: 850 }, (_, n) => line(n, n > 840 ? "José Muñoz" : "Ana")).join("")}`;
  const bytes = new Uint8Array(Buffer.from(text, "latin1"));
  const parts = [bytes.slice(0, PART_BYTES), bytes.slice(PART_BYTES)];
  const { id, etags } = await sendDirectly(parts);
  await bodyOf(note(id, etags));
  const done = await imported(id);
  expect(done).toMatchObject({ created_records: 850, file: { encoding: "windows-1252" } });
  const [lead] = (
    await bodyOf(call(`/companies/${company.id}/leads?email_eq=849@latin.test`, { token: manager.token }))
  ).leads;
  expect(lead.first_name).toBe("José Muñoz");
});

describe("an address is good for one part of one length, for an hour", () => {
  test.each<
    [what: string, change: (part: Presigned) => Partial<Parameters<typeof sendToS3>[0]>, answer: string]
  >([
    ["as it is", () => ({}), '"'],
    ["a byte more", () => ({ body: utf8("x".repeat(CSV.length + 1)) }), "SignatureDoesNotMatch"],
    ["a byte less", () => ({ body: CSV.slice(1) }), "SignatureDoesNotMatch"],
    [
      "another part",
      ({ url }) => ({ url: url.replace("partNumber=1", "partNumber=2") }),
      "SignatureDoesNotMatch",
    ],
    [
      "another upload",
      ({ url }) => ({ url: url.replace("uploadId=", "uploadId=x") }),
      "SignatureDoesNotMatch",
    ],
    [
      "another file",
      ({ url }) => ({ url: url.replace("/originals/", "/originals/0") }),
      "SignatureDoesNotMatch",
    ],
    ["another method", () => ({ method: "GET" }), "SignatureDoesNotMatch"],
    ["longer", ({ url }) => ({ url: url.replace("Expires=", "Expires=1") }), "SignatureDoesNotMatch"],
    ["too late", ({ expires_at }) => ({ at: Date.parse(expires_at) }), "AccessDenied"],
  ])("%s", async (_, change, answer) => {
    const { id } = await open(manager, { bytes: CSV.length });
    const [part] = await presigned(id);
    if (!part) throw new Error("no address");
    expect(Date.parse(part.expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(await sendToS3({ url: part.url, body: CSV, ...change(part) })).toContain(answer);
  });

  test("and no longer than the upload", async () => {
    const { id } = await open(manager, { bytes: CSV.length });
    const soon = Date.now() + 60_000;
    await env.DIRECTORY.prepare("UPDATE multipart_uploads SET expires_at = ? WHERE id = ?")
      .bind(soon, id)
      .run();
    const [part] = await presigned(id);
    expect(Date.parse(part?.expires_at ?? "")).toBeLessThanOrEqual(soon);
    expect(await presigned(id, "?from=2")).toEqual([]);
  });
});

describe("what is not what R2 has", () => {
  test("is missing again, until it is noted right", async () => {
    const { id, etags } = await sendDirectly([CSV]);
    await bodyOf(note(id, [{ part_number: 1, etag: "bce6bf66aeb76c7040fdd5f4eccb78e6" }]));
    const problem = await problemOf(complete(manager, id, {}), 409);
    expect(problem).toMatchObject({ code: "parts_missing", errors: [{ pointer: "/parts/1" }] });
    expect(await received(manager, id)).toEqual([]);
    await bodyOf(note(id, etags));
    expect(await imported(id)).toMatchObject({ created_records: 1 });
  });

  test("in its size gives the upload up: nothing of it is left", async () => {
    const { id, etags } = await sendDirectly([CSV]);
    await env.DIRECTORY.prepare("UPDATE multipart_uploads SET bytes = bytes + 1 WHERE id = ?").bind(id).run();
    const row = await env.DIRECTORY.prepare("SELECT file_key FROM multipart_uploads WHERE id = ?")
      .bind(id)
      .first<{ file_key: string }>();
    await bodyOf(note(id, etags));
    const problem = await problemOf(complete(manager, id, {}), 422);
    expect(problem.errors).toMatchObject([{ code: "wrong_length" }]);
    expect(await env.FILES.head(row?.file_key ?? "")).toBeNull();
    await problemOf(complete(manager, id, {}), 404);
  });

  test("by its number is refused, and so is all of what is complete", async () => {
    const { id, etags } = await sendDirectly([CSV]);
    const beyond = await problemOf(note(id, [...etags, { part_number: 2, etag: "x" }]), 422);
    expect(beyond.errors).toMatchObject([{ pointer: "/parts/1/part_number", code: "too_big" }]);
    for (const etag of ["", "two words", "x".repeat(300)]) {
      await problemOf(note(id, [{ part_number: 1, etag }]), 422);
    }
    expect(await received(manager, id)).toEqual([]);
    await bodyOf(note(id, etags));
    await imported(id);
    expect((await problemOf(note(id, etags), 409)).code).toBe("upload_complete");
    const asked = call(`/import/uploads/${id}/presigned_parts`, { token: manager.token });
    expect((await problemOf(asked, 409)).code).toBe("upload_complete");
  });
});

test("without credentials the answer says that parts go through the API", async () => {
  const { id } = await open(manager, { bytes: CSV.length });
  const off = {
    ...env,
    R2_S3_URL: "",
    R2_ACCESS_KEY_ID: "",
    R2_SECRET_ACCESS_KEY: undefined,
  } as unknown as Env;
  const ask = async (path: string, method = "GET", json?: unknown) => {
    const request = requestOf(path, { method, token: manager.token, ...(json !== undefined && { json }) });
    return (await worker.fetch(request as never, off, createExecutionContext())) as unknown as Response;
  };
  const path = `/import/uploads/${id}`;
  expect((await bodyOf(ask(path))).upload.presigned_parts).toBe(false);
  const noted = { parts: [{ part_number: 1, etag: "x" }] };
  for (const asked of [ask(`${path}/presigned_parts`), ask(`${path}/parts`, "PUT", noted)]) {
    expect((await problemOf(asked, 409)).code).toBe("direct_uploads_off");
  }
});
