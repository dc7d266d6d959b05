import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { R2_PART_BYTES } from "../../../src/imports/upload/r2/part-buffer.ts";
import { bodyOf, call, problemOf, requestOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { open, received, sendPart, sha256Of, utf8 } from "./parts/part-uploads.ts";
import { bodyThatEnds, inUnevenPieces, refusingInTheMiddle } from "./troubled-bodies.ts";

/** A raw body whose Content-Length is true streams through, in parts or in one piece, and is not gathered. */

/** A whole part and more: what storage refuses in the middle of either. */
const BYTES = R2_PART_BYTES + 600_001;
/** A file that goes in one piece. */
const OBJECT_BYTES = 1_000_001;

// The failures of storage are logged, as they should be.
const errors = vi.spyOn(console, "error");
beforeEach(() => void errors.mockReset().mockImplementation(() => {}));

let company: TestCompany;
let user: TestUser;

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "manager" }] });
});

const allKeys = async () => (await env.FILES.list()).objects.map(({ key }) => key).sort();
const uploadRows = async () => (await env.DIRECTORY.prepare("SELECT * FROM uploads").all()).results;
const left = async () => ({ keys: await allKeys(), rows: await uploadRows() });

/** Text of exactly so many bytes, no two places alike. */
function fileOf(bytes: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: Math.ceil(bytes / 16) }, (_, n) => `n${n},x`.padEnd(15, "y"));
  return utf8(`email,notes\n${lines.join("\n")}`).slice(0, bytes);
}

const asked = (bytes: number, body: BodyInit) => ({
  method: "POST",
  token: user.token,
  headers: { "Content-Type": "text/csv", "Content-Length": String(bytes) },
  body,
});

async function answerIn(bindings: Env, request: Request): Promise<Response> {
  const context = createExecutionContext();
  const answer = await app.fetch(request, bindings, context);
  const whole = new Response(await answer.text(), answer);
  await waitOnExecutionContext(context);
  return whole;
}

describe("a raw body whose length is known is stored as it came", () => {
  test.each([OBJECT_BYTES, R2_PART_BYTES - 1, R2_PART_BYTES, R2_PART_BYTES + 1, 2 * R2_PART_BYTES])(
    "of %i bytes",
    async (bytes) => {
      const file = fileOf(bytes);
      const request = requestOf(`/import?company_id=${company.id}`, asked(bytes, inUnevenPieces(file)));
      const { import_file } = await bodyOf(answerIn(env, request), 202);
      expect(import_file.file).toMatchObject({ bytes, sha256: sha256Of(file) });
      const row = await company.database
        .prepare("SELECT file_key FROM imports WHERE id = ?")
        .bind(import_file.id)
        .first<{ file_key: string }>();
      const stored = await env.FILES.get(row?.file_key ?? "");
      expect(sha256Of(new Uint8Array((await stored?.arrayBuffer()) ?? []))).toBe(sha256Of(file));
    },
  );
});

describe("a raw body that breaks off before its Content-Length leaves nothing", () => {
  test.each([
    ...[0, 1, 128 * 1024, OBJECT_BYTES - 1].map((sent) => [sent, OBJECT_BYTES]),
    ...[0, 1, 128 * 1024, R2_PART_BYTES - 1, R2_PART_BYTES, R2_PART_BYTES + 1, BYTES - 1].map((sent) => [
      sent,
      BYTES,
    ]),
  ] as [number, number][])("after %i of %i bytes", async (sent, bytes) => {
    const before = await left();
    const body = bodyThatEnds(fileOf(bytes).subarray(0, sent));
    const request = requestOf(`/import?company_id=${company.id}`, asked(bytes, body));
    const { code } = await problemOf(answerIn(env, request), 400);
    expect(code).toBe("malformed_request");
    expect(errors).not.toHaveBeenCalled();
    expect(await left()).toEqual(before);
  });
});

describe("storage that refuses a part in the middle of it", () => {
  test.each([
    ["the first part", 1, BYTES],
    ["a later part", 2, BYTES],
    ["a file that goes in one piece", "object", OBJECT_BYTES],
  ] as const)("fails an upload at %s and leaves nothing; sent again, it is there", async (_, what, bytes) => {
    const file = fileOf(bytes);
    const before = await left();
    const path = `/import?company_id=${company.id}`;
    const troubled = refusingInTheMiddle(env, what);
    const answer = await answerIn(troubled, requestOf(path, asked(file.length, file)));
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await left()).toEqual(before);
    const { import_file } = await bodyOf(answerIn(env, requestOf(path, asked(file.length, file))), 202);
    expect(import_file.file.sha256).toBe(sha256Of(file));
  });

  test("keeps the part that was there before, and takes another attempt", async () => {
    const file = fileOf(1_000_000);
    const { id } = await open(user, { bytes: file.length, company_id: company.id });
    const path = `/import/uploads/${id}/parts/1`;
    const part = { method: "PUT", token: user.token, body: file };
    const first = await answerIn(refusingInTheMiddle(env, 1), requestOf(path, part));
    expect(first.status).toBeGreaterThanOrEqual(500);
    expect(await received(user, id)).toEqual([]);
    await bodyOf(sendPart(user, id, 1, file), 204);
    const again = await answerIn(refusingInTheMiddle(env, 1), requestOf(path, part));
    expect(again.status).toBeGreaterThanOrEqual(500);
    expect(await received(user, id)).toEqual([1]);
    const json = {};
    const completed = call(`/import/uploads/${id}/complete`, { method: "POST", token: user.token, json });
    expect((await bodyOf(completed, 202)).import_file.file.bytes).toBe(file.length);
  });
});
