import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_PASSWORD } from "../../src/cli/seed/data.ts";
import { drop, importLeads } from "./acts.ts";
import { hasBrowser, NO_BROWSER } from "./browser.ts";
import { expectNoErrors, type Party, showView, signIn, startParty, tabTo } from "./console-party.ts";
import { testEmbed } from "./embed/embed-tests.ts";
import { messyFile } from "./messy-file.ts";
import { testModules } from "./module-tests.ts";
import { testConnect } from "./views/connect-tests.ts";
import { testCorrections } from "./views/correction-tests.ts";
import { testGlance } from "./views/glance-tests.ts";
import { testPeople } from "./views/people-tests.ts";

/** How large the file of the main path is. */
const RECORDS = Number(process.env.CONSOLE_RECORDS) || 2000;

if (!hasBrowser) process.stderr.write(`The console is not tested: ${NO_BROWSER}\n`);

describe.skipIf(!hasBrowser)("the console", () => {
  let party: Party;

  beforeAll(async () => {
    party = await startParty();
  });
  afterAll(() => party?.close());

  test("a messy file becomes leads, rejected records are mended and sent again, and both are taken back", async () => {
    const page = await party.open();
    await showView(page, "sign-in");
    await signIn(page);
    const before = await leads();
    const file = messyFile(RECORDS);

    await page.locator(".drop").waitFor();
    await showView(page, "import-choose");
    await drop(page, file);
    await page.getByText("windows-1252 (found)").waitFor({ state: "attached" });
    await page.getByLabel("Campaign").selectOption({ label: "Spring 2026" });
    await page.getByLabel("What “Ref interna” becomes").selectOption({ label: "External id" });
    await page.getByText("2 unknown").click();
    await page.getByLabel("What “Cerrado” becomes").selectOption({ index: 2 });
    await page.getByText("1 unknown").waitFor();
    await showView(page, "import-columns");

    await page.getByRole("button", { name: "Start the import" }).click();
    await page.locator(".mend").waitFor();
    expect(await page.locator(".ledger dd").allInnerTexts()).toEqual(
      [RECORDS, RECORDS - file.rejected, file.rejected].map((count) => count.toLocaleString("en-GB")),
    );
    await page.locator(".group").first().click();
    await page.locator(".error-row").first().waitFor();
    await showView(page, "import-result");

    const wrong = page.locator(".cell.wrong").and(page.getByLabel(/^Correo, record/));
    for (const number of [1, 2, 3, 4, 5]) await wrong.first().fill(`mended${number}@feria.example.com`);
    const first = page.url();
    await page.getByRole("button", { name: "Send 5 mended records" }).click();
    await page.getByRole("heading", { name: "feria-mended.csv" }).waitFor();
    await page.getByText("completed", { exact: true }).waitFor();
    expect(await leads("WHERE email LIKE 'mended%'")).toHaveLength(5);

    await undo(page, "Undo …", "Undo the import", "The import was undone");
    await page.goto(first);
    await undo(page, "Undo …", "Undo the import", "The import was undone");
    expect(await leads()).toEqual(before);
    await page.getByRole("link", { name: "Imports", exact: true }).click();
    await page.locator(".import-row").first().waitFor();
    await showView(page, "imports");
    expectNoErrors(page);
  });

  test("the same goes by the keyboard alone, in Portuguese", async () => {
    const page = await party.open();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await tabTo(page, ".language");
    await page.keyboard.press("P");
    await page.getByRole("heading", { name: "Entrar" }).waitFor();
    await tabTo(page, "[name=email]");
    await page.keyboard.type("owner@demo.test");
    await tabTo(page, "[name=password]");
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press("Enter");
    await page.locator(".drop").waitFor();
    await tabTo(page, "[aria-expanded=false]");
    await page.keyboard.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.insertText("Nome\tE-mail\nAna Prado\tana.prado@teclado.example.com\nNinguém\t\n");
    await tabTo(page, ".button.main");
    await page.keyboard.press("Enter");
    await page.locator(".column-name").first().waitFor();
    await page.locator(".start-bar .main:enabled").waitFor();
    await tabTo(page, ".start-bar .main");
    await page.keyboard.press("Enter");
    await page.locator(".mend").waitFor();
    expect(await leads("WHERE email = 'ana.prado@teclado.example.com'")).toHaveLength(1);
    await tabTo(page, ".danger");
    await page.keyboard.press("Enter");
    await page.locator("dialog .danger").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("A importação foi desfeita").waitFor();
    expect(await leads("WHERE email = 'ana.prado@teclado.example.com'")).toHaveLength(0);
    expectNoErrors(page);
  });

  test("a session that ends in the middle loses nothing, nor does a server in trouble", async () => {
    const page = await party.open();
    await signIn(page);
    await page.locator(".drop").waitFor();
    await drop(page, {
      name: "again.csv",
      bytes: Buffer.from("Name,E-mail\nEva Sol,eva@again.example.com\n"),
    });
    await page.locator(".start-bar .main:enabled").waitFor();
    await party.worker.env.DIRECTORY.prepare("UPDATE sessions SET revoked_at = 1").run();
    await page.getByRole("button", { name: "Start the import" }).click();
    await page.getByRole("dialog", { name: "Sign in again" }).waitFor();
    await showView(page, "session-ended");
    await page.locator("[name=password]").fill(DEMO_PASSWORD);
    await page.route("**/api/v1/import/imp_*", (route) => route.fulfill({ status: 503, body: "" }), {
      times: 2,
    });
    await page.locator("dialog [type=submit]").click();
    await page.getByText("The server does not answer at the moment.").waitFor();
    await page.getByRole("heading", { name: "again.csv" }).waitFor();
    expect(await leads("WHERE email = 'eva@again.example.com'")).toHaveLength(1);
    await page.route("**/leads?*count=exact*", (route) => route.fulfill({ status: 400, body: "" }));
    await page.getByRole("button", { name: "Undo …" }).click();
    await page.getByText("How many of them were changed since cannot be counted").waitFor();
  });

  test("a folder, several files and an empty one are no import, and the page says what to do", async () => {
    const page = await party.open({ locale: "es-MX" });
    await page.getByLabel("Idioma").selectOption("es");
    await signIn(page);
    const input = page.locator("input[type=file]");
    const file = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await input.setInputFiles(file("vacío.csv", ""));
    await page.getByText("Este archivo está vacío.").waitFor();
    await page.evaluate(`document.querySelector("input[type=file]").multiple = true`);
    await input.setInputFiles([file("a.csv", "Correo\na@b.example.com\n"), file("b.csv", "x")]);
    await page.getByText("Cada importación es de un archivo.").waitFor();
    await page.getByRole("button", { name: "a.csv" }).click();
    await page.getByRole("heading", { name: "a.csv" }).waitFor();
    await page.locator(".column-name").waitFor();
    await page.getByRole("button", { name: "Otro archivo" }).click();
    await page.locator(".drop").waitFor();
    expectNoErrors(page);
  });

  test("what was tried is written once it is committed", async () => {
    const page = await party.open();
    await signIn(page);
    await page.locator(".drop").waitFor();
    await drop(page, { name: "try.csv", bytes: Buffer.from("Name,E-mail\nIda Paz,ida@try.example.com\n") });
    await page.getByRole("button", { name: "Try it first" }).click();
    await page.getByText("This was a try: nothing was written").waitFor();
    expect(await leads("WHERE email = 'ida@try.example.com'")).toHaveLength(0);
    await showView(page, "import-tried");
    await page.getByRole("button", { name: "Import for real" }).click();
    await page.getByText("completed", { exact: true }).waitFor();
    expect(await leads("WHERE email = 'ida@try.example.com'")).toHaveLength(1);
    expectNoErrors(page);
  });

  test("leads are found by an address, and worked", async () => {
    await importLeads(
      party,
      `Name,Phone,Company,Notes\nRita Campos,55 9876 5432,Café Aurora,Asked twice\n${many(150)}`,
    );
    const page = await party.open();
    await signIn(page);
    await page.getByRole("link", { name: "Leads", exact: true }).click();
    await page.locator(".lead-row").first().waitFor();
    await showView(page, "leads");
    await page.evaluate("scrollTo(0, 5600)");
    await page.getByText("Persona 60", { exact: true }).waitFor();
    expect(await page.locator(".lead-row").count()).toBeLessThan(60);
    await page.goto(`${new URL(page.url()).pathname}?company_name=x&stage_eq=new`);
    await page.getByLabel("Search").fill("rita aurora");
    await page.waitForURL(/q=rita\+aurora/);
    const rita = page.getByRole("link", { name: "Rita Campos" });
    // The index of the search follows an import by some seconds.
    for (let tries = 0; tries < 20 && !(await rita.isVisible()); tries++) {
      await page.reload();
      await page.locator(".leads, .panel").first().waitFor();
    }
    await rita.click();
    await page.locator(".lead-page").waitFor();
    await page.getByLabel("Stage").selectOption({ index: 1 });
    await page.locator("ol .note").first().waitFor();
    await page.getByLabel("Assigned to").selectOption({ index: 1 });
    await page.getByLabel("New note").fill("Call her on Monday");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".note .text").first().waitFor();
    await showView(page, "lead");
    expect(
      await leads("WHERE first_name = 'Rita' AND assigned_to IS NOT NULL AND stage_id > 1"),
    ).toHaveLength(1);
    const lead = page.url();
    const back = page.getByRole("link", { name: "← Leads" });
    await back.click();
    await page.waitForURL(/q=rita\+aurora/);
    await page.getByLabel("Search").fill("rita");
    await page.getByRole("link", { name: "Imports", exact: true }).click();
    await page.locator(".import-row").first().waitFor();
    await page.waitForTimeout(400);
    expect(new URL(page.url()).search).toBe("");
    // Who came by the address goes to the list, not to where they were before.
    await page.goto(lead);
    await back.click();
    await page.waitForURL(/\/leads$/);
    expectNoErrors(page);
  });

  test("two tabs share a session, and a page that is loaded again goes on with it", async () => {
    const page = await party.open();
    await signIn(page, "viewer@demo.test");
    await page.getByRole("heading", { name: "Leads" }).waitFor();
    const other = await page.context().newPage();
    await Promise.all([page.reload(), other.goto(page.url())]);
    await Promise.all([page.locator(".tabs").waitFor(), other.locator(".tabs").waitFor()]);
    // A viewer imports nothing, and is not asked to.
    expect(await other.locator(".tabs a").allInnerTexts()).toEqual(["Imports", "Leads", "Overview"]);
    await other.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("/console");
    await signIn(page, "agent@demo.test");
    await page.getByRole("heading", { name: "Leads" }).waitFor();
    await page.goto("/console/c/1");
    await page.getByRole("heading", { name: "Leads" }).waitFor();
    expectNoErrors(page);
  });

  testCorrections(() => party);
  testGlance(() => party);
  testPeople(() => party);
  testConnect(() => party);
  testModules(() => party);
  testEmbed(() => party);

  /** The leads as they are, without what only ever grows. */
  async function leads(where = ""): Promise<unknown[]> {
    const { results } = await party.worker.env.LEADS_0.prepare(
      `SELECT * FROM leads ${where} ${where ? "AND" : "WHERE"} deleted_at IS NULL ORDER BY id`,
    ).all();
    return results;
  }
});

async function undo(page: Page, ask: string, go: string, done: string): Promise<void> {
  await page.getByRole("button", { name: ask }).click();
  await page.getByRole("button", { name: go }).click();
  await page.getByText(done).waitFor();
}

/** Records of people who have nothing but a name and a phone. */
function many(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `Persona ${index},55 1111 ${String(index).padStart(4, "0")},,\n`,
  ).join("");
}
