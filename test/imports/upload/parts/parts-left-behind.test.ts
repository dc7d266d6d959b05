import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, expect, test, vi } from "vitest";
import { app } from "../../../../src/app.ts";
import { sweepUploads } from "../../../../src/imports/upload/sweep-uploads.ts";
import { openScheduledRun } from "../../../../src/jobs/scheduled-run.ts";
import { bodyOf, type Call, call, problemOf, requestOf } from "../../../harness/api.ts";
import { type Around, surround } from "../../../harness/bindings.ts";
import { createCompany, createUser } from "../../../harness/factories.ts";
import { complete, importsOf, open, received, sendAll, sendPart, utf8 } from "./part-uploads.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const CSV = utf8("email,first_name\nana@parts.test,Ana\n");

// Every failure that is thrown here is logged, as it should be.
const errors = vi.spyOn(console, "error");
beforeEach(() => void errors.mockReset().mockImplementation(() => {}));

const rowsOf = async (id: number) =>
  (
    await env.DIRECTORY.prepare(
      "SELECT u.id, p.number FROM multipart_uploads u LEFT JOIN uploaded_parts p ON p.upload_id = u.id WHERE u.id = ?",
    )
      .bind(id)
      .all()
  ).results;
const keyOf = async (id: number) =>
  await env.DIRECTORY.prepare("SELECT file_key, multipart_id FROM multipart_uploads WHERE id = ?")
    .bind(id)
    .first<{ file_key: string; multipart_id: string }>();

async function newManager() {
  const company = await createCompany();
  return { company, user: await createUser({ access: [{ company, role: "manager" }] }) };
}

test("one that nobody completes is swept after its days, parts and all; of a completed one the file stays", async () => {
  const { company, user } = await newManager();
  const left = await sendAll(user, [CSV]);
  const done = await sendAll(user, [CSV], { company_id: company.id });
  await bodyOf(complete(user, done, {}), 202);
  const kept = await keyOf(done);
  const { file_key = "", multipart_id = "" } = (await keyOf(left)) ?? {};
  await sweepUploads(openScheduledRun(env, Date.now() + 3 * DAY_MS - 60_000));
  expect(await received(user, left)).toEqual([1]);
  await sweepUploads(openScheduledRun(env, Date.now() + 3 * DAY_MS + 2 * 60 * 60 * 1000));
  expect(await rowsOf(left)).toEqual([]);
  expect(await rowsOf(done)).toEqual([]);
  const gone = env.FILES.resumeMultipartUpload(file_key, multipart_id);
  await expect(gone.uploadPart(1, CSV)).rejects.toThrow("(10024)");
  expect(await env.FILES.head(kept?.file_key ?? "")).not.toBeNull();
});

test("one that is over takes nothing more, and one that was deleted is gone", async () => {
  const { company, user } = await newManager();
  const over = await sendAll(user, [CSV], { company_id: company.id });
  await env.DIRECTORY.prepare("UPDATE multipart_uploads SET expires_at = ? WHERE id = ?")
    .bind(Date.now() - 1, over)
    .run();
  await problemOf(sendPart(user, over, 1, CSV), 404);
  await problemOf(complete(user, over, {}), 404);
  const { id } = await open(user, { bytes: CSV.length });
  await bodyOf(sendPart(user, id, 1, CSV), 204);
  const { file_key = "", multipart_id = "" } = (await keyOf(id)) ?? {};
  await bodyOf(call(`/import/uploads/${id}`, { method: "DELETE", token: user.token }), 204);
  expect(await rowsOf(id)).toEqual([]);
  const gone = env.FILES.resumeMultipartUpload(file_key, multipart_id);
  await expect(gone.uploadPart(1, CSV)).rejects.toThrow("(10024)");
});

/** Sends a request in an environment that dies at one of its operations. @returns whether it came that far. */
async function dyingAt(at: number, before: boolean, path: string, asked: Call): Promise<boolean> {
  let index = 0;
  const dying: Around = async (_, operation) => {
    const position = index++;
    if (position > at) throw new Error("dead");
    if (position < at) return operation();
    if (!before) await operation();
    throw new Error("dies");
  };
  const context = createExecutionContext();
  const bindings = surround(env, dying, async () => {});
  await (await app.fetch(requestOf(path, asked), bindings, context)).text();
  await waitOnExecutionContext(context);
  return index > at;
}

test.each([
  ["before", true],
  ["after", false],
])("whatever step dies %s its operation took effect, its repetition goes on", async (_, before) => {
  const { company, user } = await newManager();
  let uploads = 0;
  const deaths = async (path: string, asked: Call, ends: () => Promise<unknown>) => {
    let at = 0;
    while (await dyingAt(at, before, path, asked)) {
      await ends();
      at += 1;
      if (at > 30) throw new Error("it does not end");
    }
    expect(at).toBeGreaterThan(2);
  };
  const { token } = user;
  const opening = () => {
    uploads += 1;
    const headers = { "Idempotency-Key": `open-${uploads}` };
    return { method: "POST", token, headers, json: { file_name: "a.csv", bytes: CSV.length } };
  };
  let asked = opening();
  await deaths("/import/uploads", asked, async () => {
    await env.DIRECTORY.prepare("UPDATE keyed_requests SET leased_until = 0").run();
    const { upload } = await bodyOf(call("/import/uploads", asked), 201);
    await bodyOf(sendPart(user, upload.id, 1, CSV), 204);
    asked = Object.assign(asked, opening());
  });
  const { id } = await open(user, { bytes: CSV.length, company_id: company.id });
  const part = () => ({ method: "PUT", token, body: CSV });
  await deaths(`/import/uploads/${id}/parts/1`, part(), async () => {
    await bodyOf(sendPart(user, id, 1, CSV), 204);
  });
  await deaths(`/import/uploads/${id}/complete`, { method: "POST", token, json: {} }, async () => {});
  await bodyOf(complete(user, id, {}), 202);
  expect(await importsOf(company)).toHaveLength(1);
});

test("parts of which storage has another attempt than is known of are to be sent again", async () => {
  const { company, user } = await newManager();
  const id = await sendAll(user, [CSV], { company_id: company.id });
  const { file_key = "", multipart_id = "" } = (await keyOf(id)) ?? {};
  // An attempt that died when its part was stored, and before that was noted.
  await env.DIRECTORY.prepare("UPDATE uploaded_parts SET attempts = 2 WHERE upload_id = ?").bind(id).run();
  await env.FILES.resumeMultipartUpload(file_key, multipart_id).uploadPart(1, new Uint8Array(CSV.length));
  expect((await problemOf(complete(user, id, {}), 409)).code).toBe("parts_missing");
  expect(await received(user, id)).toEqual([]);
  await bodyOf(sendPart(user, id, 1, CSV), 204);
  await bodyOf(complete(user, id, {}), 202);
});
