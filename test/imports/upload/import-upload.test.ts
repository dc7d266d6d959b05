import { beforeAll, describe, expect, test } from "vitest";
import { R2_PART_BYTES } from "../../../src/imports/upload/r2/part-buffer.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { createCampaign, createCompany, createUser } from "../../harness/factories.ts";
import { inPieces } from "../../harness/form.ts";
import {
  CSV,
  company,
  createParty,
  expectStored,
  field,
  importRows,
  manager,
  originals,
  rowOf,
  sendForm,
  sendRaw,
  utf8,
} from "./upload-party.ts";

beforeAll(createParty);

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

  test.each([R2_PART_BYTES - 1, R2_PART_BYTES, R2_PART_BYTES + 1, 2 * R2_PART_BYTES, 2 * R2_PART_BYTES + 1])(
    "of %d bytes is stored byte for byte from a raw body",
    async (size) => {
      const bytes = bigFile(size);
      const shown = await upload(manager.token, company.id, bytes);
      await expectStored(shown.import_code, bytes);
    },
  );

  test.each([R2_PART_BYTES, 2 * R2_PART_BYTES + 12_345])(
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
    const bytes = bigFile(R2_PART_BYTES + 10);
    const parts = [{ name: "file", fileName: "big.csv", value: bytes }, field("company_id", 999_999)];
    await problemOf(sendForm(parts), 404);
    expect([await originals(), await importRows()]).toEqual(before);
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
