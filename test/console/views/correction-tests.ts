import { expect, test } from "vitest";
import { drop, importLeads } from "../acts.ts";
import { expectNoErrors, type Party, showView, signIn } from "../console-party.ts";

const BAD = "Name,E-mail,Memo\nAna Ruiz,ana@,Met at the fair\nEva Luna,eva@,Call her\n";

/** Rejected records that come back: as which import's, and read as that one was. */
export function testCorrections(party: () => Party): void {
  const importOf = (code: string) =>
    party()
      .worker.env.LEADS_0.prepare("SELECT * FROM imports WHERE import_code = ?")
      .bind(code)
      .first<Record<string, unknown>>();

  test("corrected records are of the import that the person says, and are read as it was", async () => {
    const first = await importLeads(party(), BAD, { mapping: '{"Memo":"notes"}', on_duplicate: "update" });
    const second = await importLeads(party(), BAD, { mapping: '{"Memo":"job_title"}' });
    const page = await party().open();
    await signIn(page);

    // Mended in the grid of one of them, they are of that one.
    await page.goto(`/console/c/1/imports/${second}`);
    await page.locator(".cell.wrong").first().fill("ana@mended.example.com");
    await page.getByRole("button", { name: "Send 1 mended record" }).click();
    await page.getByText("completed", { exact: true }).waitFor();
    const mended = page.url().split("/").at(-1) ?? "";
    expect(await importOf(mended)).toMatchObject({
      parent_import_code: second,
      on_duplicate: (await importOf(second))?.on_duplicate,
      created_records: 1,
    });
    await page.getByText("These are corrected records").waitFor();

    // A file that may be of both is asked about.
    await page.goto(`/console/c/1/imports/${first}`);
    const downloaded = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download rejections" }).click();
    const report = await readAll(await (await downloaded).createReadStream());
    const name = "corrected.csv";
    const bytes = Buffer.from(report.replace("eva@", "eva@asked.example.com"));
    await page.goto("/console/c/1/import");
    await drop(page, { name, bytes });
    await page.getByRole("heading", { name: "Which import are these records of?" }).waitFor();
    await showView(page, "import-in-doubt");
    await page.locator(".parents button").nth(0).click();
    await page.locator(".start-bar .main:enabled").click();
    await page.getByRole("heading", { name }).waitFor();
    await page.getByText("completed, with rejections").waitFor();
    const chosen = await importOf(page.url().split("/").at(-1) ?? "");
    expect(chosen).toMatchObject({ parent_import_code: first, created_records: 1 });
    expect(chosen?.on_duplicate).toBe((await importOf(first))?.on_duplicate);

    // From the page of an import it is known.
    await page.goto(`/console/c/1/imports/${second}`);
    await page.getByRole("link", { name: "Send a corrected file" }).click();
    await page.getByText("read as the import of").waitFor();
    await drop(page, { name, bytes: Buffer.from(report.replace("eva@", "eva2@asked.example.com")) });
    await page.locator(".start-bar .main:enabled").click();
    await page.getByRole("heading", { name }).waitFor();
    await page.getByText("completed, with rejections").waitFor();
    expect(await importOf(page.url().split("/").at(-1) ?? "")).toMatchObject({ parent_import_code: second });
    const titles = "SELECT first_name, notes, job_title FROM leads WHERE email LIKE ? ORDER BY id";
    const { results } = await party().worker.env.LEADS_0.prepare(titles).bind("eva%@asked.%").all();
    expect(results).toMatchObject([
      { notes: "Call her", job_title: null },
      { notes: null, job_title: "Call her" },
    ]);

    // What cannot be looked at beforehand, or came over the API, has failed by then: its page asks.
    const failed = await importLeads(party(), report.replace("eva@", "eva3@asked.example.com"));
    await page.goto(`/console/c/1/imports/${failed}`);
    await page.locator(".parents button").nth(1).click();
    await page.getByText("read as the import of").waitFor();
    expect(new URL(page.url()).search).toBe(`?of=${second}`);
    // The preview of what is in doubt.
    expectNoErrors(page, 422);
  });
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
