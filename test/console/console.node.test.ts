import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_PASSWORD } from "../../src/cli/seed/data.ts";
import { drop, importLeads } from "./acts.ts";
import { testBadInput } from "./bad-input-tests.ts";
import { hasBrowser, NO_BROWSER } from "./browser.ts";
import { expectNoErrors, type Party, showView, signIn, startParty, tabTo } from "./console-party.ts";
import { testEmbed } from "./embed/embed-tests.ts";
import { testMainFlow } from "./main-flow/main-flow-tests.ts";
import { testModules } from "./module-tests.ts";
import { testConnect } from "./views/connect-tests.ts";
import { testCorrections } from "./views/correction-tests.ts";
import { testGlance } from "./views/glance-tests.ts";
import { testPeople } from "./views/people-tests.ts";

if (!hasBrowser) process.stderr.write(`The console is not tested: ${NO_BROWSER}\n`);

describe.skipIf(!hasBrowser)("the console", () => {
  let party: Party;

  beforeAll(async () => {
    party = await startParty();
  });
  afterAll(() => party?.close());

  testMainFlow(() => party);

  test("what was pasted is imported by the keyboard alone, in Portuguese", async () => {
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

  testBadInput(() => party);
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

/** Records of people who have nothing but a name and a phone. */
function many(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `Persona ${index},55 1111 ${String(index).padStart(4, "0")},,\n`,
  ).join("");
}
