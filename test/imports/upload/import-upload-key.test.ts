import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import {
  CSV,
  company,
  createParty,
  expectStored,
  field,
  fileOf,
  importRows,
  manager,
  originals,
  sendForm,
  utf8,
} from "./upload-party.ts";

beforeAll(createParty);

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
