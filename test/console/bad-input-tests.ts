import { open as openFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropAll, dropFolder, importLeads } from "./acts.ts";
import { expectNoErrors, type Party, signIn } from "./console-party.ts";

/** What people do to a page that nobody asked them to: nothing is lost, and the page says what to do. */
export function testBadInput(party: () => Party): void {
  test("a folder, five files and an empty one are no import, and the page says what to do", async () => {
    const page = await party().open({ locale: "es-MX" });
    await page.getByLabel("Idioma").selectOption("es");
    await signIn(page);
    await page.locator(".drop").waitFor();
    await dropFolder(page);
    await page.getByText("Eso es una carpeta").waitFor();
    await dropAll(page, [{ name: "vacío.csv", bytes: Buffer.alloc(0) }]);
    await page.getByText("Este archivo está vacío.").waitFor();
    const bytes = Buffer.from("Correo\na@b.example.com\n");
    await dropAll(
      page,
      ["a", "b", "c", "d", "e"].map((name) => ({ name: `${name}.csv`, bytes })),
    );
    await page.getByText("Cada importación es de un archivo.").waitFor();
    expect(await page.locator(".notice button").count()).toBe(5);
    await page.getByRole("button", { name: "c.csv" }).click();
    await page.getByRole("heading", { name: "c.csv" }).waitFor();
    await page.locator(".column-name").waitFor();
    await page.getByRole("button", { name: "Otro archivo" }).click();
    await page.locator(".drop").waitFor();
    expectNoErrors(page);
  });

  test("of a file of 2 GB the first part is looked at, and a page that is closed as it goes up asks first", async () => {
    const huge = join(tmpdir(), `leadsy-console-${process.pid}.csv`);
    const handle = await openFile(huge, "w");
    await handle.write("Correo\na@huge.example.com\n");
    await handle.truncate(2_000_000_000);
    await handle.close();
    const page = await party().open();
    await signIn(page);
    await page.locator("input[type=file]").setInputFiles(huge);
    await page.getByText("2 GB").first().waitFor();
    // Zeros are no text: said at once, and nothing goes up.
    await page.getByText("The file cannot be read like this").waitFor();
    await rm(huge);

    await page.getByRole("button", { name: "Another file" }).click();
    await page.route("**/api/v1/import", () => undefined);
    await dropAll(page, [{ name: "closed.csv", bytes: Buffer.from("E-mail\nclosed@x.example.com\n") }]);
    await page.getByRole("button", { name: "Start the import" }).click();
    await page.locator("progress").waitFor();
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await page.locator("progress").waitFor();
    expectNoErrors(page, 422);
  });

  test("of two tabs on one import the second sees what the first did", async () => {
    const code = await importLeads(party(), "Name,E-mail\nIda Luz,ida@tabs.example.com\n", {
      dry_run: "true",
    });
    // The address that `npm run demo` ends with: it is still there after signing in.
    const page = await party().open({}, `/console/c/1/imports/${code}`);
    await signIn(page);
    const go = "Import for real";
    await page.getByRole("button", { name: go }).waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole("button", { name: go }).waitFor();
    await page.getByRole("button", { name: go }).click();
    await page.getByText("completed", { exact: true }).waitFor();
    await other.getByRole("button", { name: go }).click();
    await other.getByText("completed", { exact: true }).waitFor();
    const sql = "SELECT count(*) AS n FROM leads WHERE email = 'ida@tabs.example.com'";
    expect(await party().worker.env.LEADS_0.prepare(sql).first("n")).toBe(1);
    expectNoErrors(page);
  });
}
