import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { createApiKey } from "../../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import {
  complete,
  importsOf,
  open,
  sendAll,
  sendPart,
  utf8,
} from "../../imports/upload/parts/part-uploads.ts";
import { company, createParty, erase, owner, shown, tracesOf } from "./erase-party.ts";

beforeAll(createParty);

const FILE = utf8("email,first_name\npia@parted.test,Pia\n");
const person = { email: "pia@parted.test", firstName: "Pia", lastName: "Zqparted" };
const named = (name: string) => ({ file_name: `Pia Zqparted ${name}.csv`, bytes: FILE.length });

test.each([
  ["for the company", () => ({ company_id: company.id })],
  ["for none yet", () => ({})],
])(
  "an upload that is open %s is given up, with its parts and the answer to its opening",
  async (_, fields) => {
    const lead = await createLead(company, person);
    const json = { ...named("open"), ...fields() };
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const begin = () => call("/import/uploads", { method: "POST", token: owner.token, json, headers });
    const { upload } = await bodyOf(begin(), 201);
    await bodyOf(sendPart(owner, upload.id, 1, FILE), 204);
    const { file_key: key, multipart_id: multipart } = (await env.DIRECTORY.prepare(
      "SELECT file_key, multipart_id FROM multipart_uploads WHERE id = ?",
    )
      .bind(upload.id)
      .first<{ file_key: string; multipart_id: string }>()) ?? { file_key: "", multipart_id: "" };
    expect(new Set(await tracesOf("zqparted"))).toEqual(
      new Set(["leads", "multipart_uploads", "keyed_requests"]),
    );
    await bodyOf(erase(lead.id), 204);
    expect(await tracesOf("zqparted", "pia@parted.test")).toEqual([]);
    await problemOf(complete(owner, upload.id, { company_id: company.id }), 404);
    await problemOf(begin(), 404);
    await expect(env.FILES.resumeMultipartUpload(key, multipart).uploadPart(1, FILE)).rejects.toThrow();
  },
);

test("one that was imported loses its name, and the answers about it", async () => {
  const id = await sendAll(owner, [FILE], { ...named("whole"), company_id: company.id });
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { import_file: sent } = await bodyOf(complete(owner, id, {}, headers), 202);
  await waitForImport(sent.import_code, owner.token);
  const lead = await company.database
    .prepare("UPDATE leads SET last_name = 'Zqparted' WHERE company_id = ? AND email = ? RETURNING id")
    .bind(company.id, person.email)
    .first<number>("id");
  await bodyOf(erase(lead ?? 0), 204);
  expect(await tracesOf("zqparted", "pia@parted.test")).toEqual([]);
  const { upload } = await bodyOf(call(`/import/uploads/${id}`, { token: owner.token }));
  expect(upload).toMatchObject({ file_name: "(erased)", import_code: sent.import_code });
  const { import_file: again } = await bodyOf(complete(owner, id, {}, headers), 202);
  expect(again).toMatchObject({ import_code: sent.import_code, file: { name: "(erased)" } });
  expect((await shown(sent.import_code)).created_records).toBe(1);
});

test("those of others stay", async () => {
  const other = await createCompany();
  const user = await createUser({ access: [{ company: other, role: "manager" }] });
  const { id } = await open(user, { bytes: 5, company_id: other.id });
  const { id: unnamed } = await open(user, { bytes: 5 });
  await bodyOf(erase((await createLead(company, person)).id), 204);
  for (const one of [id, unnamed]) {
    const { upload } = await bodyOf(call(`/import/uploads/${one}`, { token: user.token }));
    expect(upload.file_name).toBe("leads.csv");
  }
});

test("those of API keys are of the companies that the key reaches, not of its maker", async () => {
  const other = await createCompany();
  const below = await createCompany({ parent: other });
  const gone = await createUser();
  const operator = await createUser({ operator: true });
  const upload = async (of: { id: number }, maker: { id: number }) => {
    const key = await createApiKey(of, maker);
    return { ...key, upload: (await open(key, { bytes: 5 })).id as number };
  };
  const foreign = [await upload(other, owner), await upload(other, operator), await upload(below, owner)];
  const own = await upload(company, gone);
  const statusOf = async ({ token, upload: id }: { token: string; upload: number }) =>
    (await call(`/import/uploads/${id}`, { token })).status;
  await bodyOf(erase((await createLead(company, person)).id), 204);
  expect(await Promise.all(foreign.map(statusOf))).toEqual([200, 200, 200]);
  expect(await statusOf(own)).toBe(404);
  // A key above the company reaches it, too.
  const json = { email: "nobody@parted.test" };
  const path = `/companies/${below.id}/erasures`;
  await bodyOf(call(path, { method: "POST", token: operator.token, json }), 202);
  await expect.poll(() => Promise.all(foreign.map(statusOf))).toEqual([404, 404, 404]);
});

test("a file that began to come before a person was erased becomes no import after it", async () => {
  const fresh = await createCompany();
  const user = await createUser({ access: [{ company: fresh, role: "manager" }] });
  const id = await sendAll(user, [FILE], { ...named("late") });
  // The job has not come to the upload yet.
  await fresh.database
    .prepare(
      `INSERT INTO erasures (company_id, requested_by, imports_up_to, created_at, moved_at, queued_at, finished_at)
       VALUES (?1, 1, 0, ?2, ?2, ?2, ?2)`,
    )
    .bind(fresh.id, Date.now() + 3_600_000)
    .run();
  const refused = await problemOf(complete(user, id, { company_id: fresh.id }), 409);
  expect(refused).toMatchObject({
    code: "person_erased",
    detail: expect.stringContaining("upload it again"),
  });
  const body = "email\nlate@parted.test\n";
  const path = `/import?company_id=${fresh.id}`;
  const headers = { "Content-Type": "text/csv" };
  const { code } = await problemOf(call(path, { method: "POST", token: user.token, body, headers }), 409);
  expect(code).toBe("person_erased");
  expect(await importsOf(fresh)).toEqual([]);
  expect(await tracesOf("late@parted.test")).toEqual([]);
  await fresh.database
    .prepare("UPDATE erasures SET created_at = 1 WHERE company_id = ?")
    .bind(fresh.id)
    .run();
  const { import_file: sent } = await bodyOf(complete(user, id, { company_id: fresh.id }), 202);
  await waitForImport(sent.import_code, user.token);
});
