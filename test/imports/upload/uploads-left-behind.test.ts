import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { sweepUploads } from "../../../src/imports/upload/sweep-uploads.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { sweepOrphanFiles } from "../../../src/orphans/sweep-orphan-files.ts";
import { requestOf } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createImportRow, createUser } from "../../harness/factories.ts";
import { FORM_TYPE, formBytes } from "../../harness/form.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

const HOUR_MS = 60 * 60 * 1000;

// Every failure that is thrown here is logged, as it should be.
const errors = vi.spyOn(console, "error");
beforeEach(() => void errors.mockReset().mockImplementation(() => {}));

const allKeys = async () => (await env.FILES.list()).objects.map(({ key }) => key).sort();

async function ownedOriginals(): Promise<unknown[]> {
  const rows = await Promise.all(
    [env.LEADS_0, env.LEADS_1].map((store) =>
      store.prepare("SELECT file_key FROM imports WHERE file_key LIKE 'originals/%'").all(),
    ),
  );
  return rows.flatMap(({ results }) => results.map(({ file_key }) => file_key)).sort();
}

const uploadRows = async () => (await env.DIRECTORY.prepare("SELECT * FROM uploads").all()).results;

/** By default every second operation is cut before it took effect, and the others after. */
const STEP = howMany(2, 1);

/** Cuts an upload at its operations in turn: the Worker dies there. @returns how many operations it has. */
async function cutEverywhere(
  asked: (companyId: number) => { path: string; headers: Record<string, string>; body: BodyInit },
  before: boolean,
): Promise<number> {
  let operations = 0;
  for (let at = before ? 0 : STEP - 1, reached = true; reached; at += STEP) {
    const company = await createCompany();
    const user = await createUser({ access: [{ company, role: "manager" }] });
    let index = 0;
    const dying: Around = async (_, call) => {
      const position = index++;
      if (position > at) throw new Error("dead");
      if (position < at) return call();
      if (!before) await call();
      throw new Error("dies");
    };
    const { path, headers, body } = asked(company.id);
    const request = requestOf(path, { method: "POST", token: user.token, headers, body });
    const context = createExecutionContext();
    await (
      await app.fetch(
        request,
        surround(env, dying, async () => {}),
        context,
      )
    ).text();
    await waitOnExecutionContext(context);
    reached = index > at;
    operations = index;
  }
  return operations;
}

/** The company comes after the file: nobody knows whose it is when the first byte goes to R2. */
const asForm = (file: Uint8Array) => (companyId: number) => ({
  path: "/import",
  headers: { "Content-Type": FORM_TYPE },
  body: formBytes([
    { name: "file", value: file, fileName: "leads.csv" },
    { name: "company_id", value: String(companyId) },
  ]),
});

/** How long it is, is said before: its parts stream through. */
const asBody = (file: Uint8Array<ArrayBuffer>) => (companyId: number) => ({
  path: `/import?company_id=${companyId}`,
  headers: { "Content-Type": "text/csv", "Content-Length": String(file.length) },
  body: file,
});

describe.each([
  ["one part", asForm(new TextEncoder().encode("email\nana@leads.test\n"))],
  ["several parts", asForm(new Uint8Array(11 * 1024 * 1024).fill(65))],
  ["several parts that stream", asBody(new Uint8Array(6 * 1024 * 1024).fill(65))],
])("an upload of %s that breaks off", (_, asked) => {
  test.each([
    ["before", true],
    ["after", false],
  ])("%s any of its operations took effect leaves nothing that is not swept", async (_, before) => {
    expect(await cutEverywhere(asked, before)).toBeGreaterThan(8);
    const left = await allKeys();
    await sweepUploads(openScheduledRun(env, Date.now() + 5 * HOUR_MS));
    expect(await allKeys()).toEqual(left);
    await sweepUploads(openScheduledRun(env, Date.now() + 8 * HOUR_MS));
    expect(await uploadRows()).toEqual([]);
    expect(await allKeys()).toEqual(await ownedOriginals());
  });
});

test.each([
  ["text/csv", (id: number) => `/import?company_id=${id}`],
  [FORM_TYPE, () => "/import"],
])("a body of %s whose client goes away is an ordinary event, and leaves nothing", async (type, pathOf) => {
  const company = await createCompany();
  const user = await createUser({ access: [{ company, role: "manager" }] });
  const files = await allKeys();
  const rows = await uploadRows();
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const form = Buffer.from(formBytes([{ name: "company_id", value: String(company.id) }, BIG]));
  const sent = type === FORM_TYPE ? form.subarray(0, form.length - 100) : BIG.value;
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= sent.length) return controller.error(new Error("Network connection lost."));
      controller.enqueue(new Uint8Array(sent.subarray(at, at + 100_000)));
      at += 100_000;
    },
  });
  const request = requestOf(pathOf(company.id), {
    method: "POST",
    token: user.token,
    headers: { "Content-Type": type },
    body,
  });
  const context = createExecutionContext();
  const answer = await app.fetch(request, env, context);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "malformed_request" });
  await waitOnExecutionContext(context);
  expect(errors).not.toHaveBeenCalled();
  const events = info.mock.calls.map(([line]) => JSON.parse(String(line)).event);
  expect(events).toContain("upload.broken_off");
  expect(await allKeys()).toEqual(files);
  expect(await uploadRows()).toEqual(rows);
});

const BIG = { name: "file", value: new Uint8Array(6_000_000).fill(65), fileName: "leads.csv" };

test("a JSON body whose client goes away is no error of ours", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error("Network connection lost.")),
  });
  const headers = { "Content-Type": "application/json", "Content-Length": "100" };
  const request = requestOf("/users/login", { method: "POST", headers, body });
  const answer = await app.fetch(request, env, createExecutionContext());
  expect(answer.status).toBe(400);
  expect(errors).not.toHaveBeenCalled();
});

test("parts of a file that was begun are aborted", async () => {
  const upload = await env.FILES.createMultipartUpload("originals/begun");
  const part = await upload.uploadPart(1, new Uint8Array(10));
  await env.DIRECTORY.prepare("INSERT INTO uploads VALUES ('originals/begun', 1, ?, 1)")
    .bind(upload.uploadId)
    .run();
  await sweepUploads(openScheduledRun(env, Date.now()));
  expect(await uploadRows()).toEqual([]);
  await expect(
    env.FILES.resumeMultipartUpload("originals/begun", upload.uploadId).complete([part]),
  ).rejects.toThrow();
});

describe("files that no row owns", () => {
  test("are found page by page and deleted once they are a day old; the others stay", async () => {
    const company = await createCompany({ store: 1 });
    const user = await createUser({ access: [{ company, role: "owner" }] });
    await env.DIRECTORY.prepare("UPDATE users SET avatar_key = 'mine.png' WHERE id = ?").bind(user.id).run();
    await env.DIRECTORY.prepare("UPDATE companies SET avatar_key = 'ours.png' WHERE id = ?")
      .bind(company.id)
      .run();
    const done = await createImportRow(company, user, { fileKey: "originals/owned", status: 3 });
    const errors = `imports/${done.importCode}/errors.csv`;
    await company.database
      .prepare("UPDATE imports SET error_file_key = ? WHERE id = ?")
      .bind(errors, done.id)
      .run();
    const running = await createImportRow(company, user, { status: 1 });
    await env.DIRECTORY.prepare("INSERT INTO uploads VALUES ('originals/under-way', 1, NULL, ?)")
      .bind(Date.now())
      .run();
    const owned = [
      "avatars/mine.png",
      "avatars/ours.png",
      errors,
      `imports/${running.importCode}/errors.csv`,
      "originals/owned",
      "originals/under-way",
    ];
    const orphans = [
      "avatars/nobodys.png",
      `imports/${done.importCode}/errors-older.csv`,
      "imports/imp_01gone/errors.csv",
      ...["a", "b", "c"].map((name) => `originals/orphan-${name}`),
    ];
    for (const key of [...owned, ...orphans]) await env.FILES.put(key, "x");
    const others = (await allKeys()).filter((key) => ![...owned, ...orphans].includes(key));

    const sweep = async (at: number, bindings: Env = env) => {
      await env.DIRECTORY.prepare("DELETE FROM checkpoints").run();
      for (let run = 0; run < 40; run++)
        await sweepOrphanFiles(openScheduledRun(bindings, at), { pageFiles: 2 });
    };
    await sweep(Date.now() + 23 * HOUR_MS);
    expect(await allKeys()).toEqual([...owned, ...orphans, ...others].sort());

    // Of a store that does not answer nobody knows what it owns.
    const sick: Around = ({ binding }, call) => {
      if (binding === "LEADS_1") throw new Error("sick");
      return call();
    };
    await sweep(
      Date.now() + 25 * HOUR_MS,
      surround(env, sick, async () => {}),
    );
    expect((await allKeys()).filter((key) => !key.startsWith("avatars/"))).toEqual(
      [...owned, ...orphans, ...others].filter((key) => !key.startsWith("avatars/")).sort(),
    );

    await sweep(Date.now() + 25 * HOUR_MS);
    expect(await allKeys()).toEqual([...owned, ...others].sort());
    const saved = await env.DIRECTORY.prepare("SELECT value FROM checkpoints").first<{ value: string }>();
    expect(JSON.parse(saved?.value ?? "{}")).toEqual({ kind: 3, after: null });
  });
});
