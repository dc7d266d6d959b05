import { open as openFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../../bench/measure/api-client.ts";
import { drop, dropAll, dropFolder } from "../acts.ts";
import { expectNoErrors, type Party, showView, tabTo } from "../console-party.ts";
import { type MessyFile, messyFile } from "../messy-file.ts";
import { type OtherPage, startOtherPage } from "./other-page.ts";

/** The element on a page of another origin, and the page that has nothing but it. */
export function testEmbed(party: () => Party): void {
  let other: OtherPage;

  beforeAll(async () => {
    other = await startOtherPage(party().worker.url);
  });
  afterAll(() => other?.stop());

  test("a page of another origin imports a messy file by its link, from the drop to the leads", async () => {
    const page = await openOther(await makeLink({ allowed_origin: other.origin }));
    await page.evaluate(`window.told = []; for (const kind of ["done", "error"])
      document.addEventListener("leadsy-import:" + kind, ({ detail }) => told.push([kind, detail])); null`);
    const file = partnersFile();
    await page.locator(".drop").waitFor();
    await drop(page, file);
    await page.getByText("windows-1252 (found)").waitFor({ state: "attached" });
    await page.getByLabel("What “Ref interna” becomes").selectOption({ label: "External id" });
    // A link may ask for no stages: the preview has them.
    await page.locator(".column", { hasText: "Etapa" }).locator("[aria-expanded]").click();
    await page.getByLabel("What “Cerrado” becomes").selectOption("won");
    await page.getByText("1 unknown").waitFor();
    await page.locator(".start-bar .main:enabled").waitFor();
    await showView(page, "embed-columns");

    // A server in trouble is waited for.
    await page.route("**/api/v1/import/imp_*", (route) => route.fulfill({ status: 503, body: "" }), {
      times: 1,
    });
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.getByText("The server does not answer at the moment.").waitFor();
    await page.getByText("This was a try: nothing was written").waitFor();
    expect(await leadsOf("socios%")).toBe(0);
    await page.locator(".group").first().click();
    await page.locator(".error-row").first().waitFor();
    await showView(page, "embed-checked");

    await page.getByRole("button", { name: "Import for real" }).click();
    await page.getByText("completed, with rejections").waitFor();
    await page.locator(".group").first().waitFor();
    await showView(page, "embed-result");
    const created = 300 - file.rejected;
    expect(await leadsOf("socios%")).toBe(created);
    expect(await leadsOf("socios%", "won")).toBeGreaterThan(100);
    expect(await page.evaluate("told")).toMatchObject([
      [
        "done",
        { status_name: "completed_with_errors", created_records: created, failed_records: file.rejected },
      ],
    ]);

    // The rejections are mended and come back as that import's.
    const downloaded = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download rejections" }).click();
    const stream = await (await downloaded).createReadStream();
    const report = Buffer.concat(await stream.toArray()).toString();
    await page.getByRole("button", { name: "Send a corrected file" }).click();
    await page.locator(".drop").waitFor();
    await drop(page, {
      name: "mended.csv",
      bytes: Buffer.from(report.replace("@sinpunto", "@socios1.example.com")),
    });
    await page.locator(".start-bar .main:enabled").click();
    await page.getByRole("button", { name: "Import for real" }).click();
    await page.getByText("completed, with rejections").waitFor();
    expect(await leadsOf("socios%")).toBe(created + 1);
    expectNoErrors(page, 503);
  });

  test("what cannot be imported is told in words", async () => {
    const elsewhere = await openOther(await makeLink({ allowed_origin: "https://shop.example.com" }));
    await elsewhere.evaluate(`document.addEventListener("leadsy-import:error",
      ({ detail }) => { window.failure = detail; }); null`);
    await drop(elsewhere, { name: "a.csv", bytes: Buffer.from("Correo\na@b.example.com\n") });
    await elsewhere.getByText("This link is for another page").waitFor();
    await showView(elsewhere, "embed-other-page");
    expect(await elsewhere.evaluate("failure.code")).toBe("origin_not_allowed");
    expectNoErrors(elsewhere, 403);

    // Of two on a page one works: what they know of the API is the page's. Colours are the page's to choose.
    await elsewhere.evaluate(`const second = document.createElement("leadsy-import");
      document.querySelector("leadsy-import").after(second);
      document.querySelector("leadsy-import").style.setProperty("--leadsy-accent", "rgb(90, 30, 120)"); null`);
    await elsewhere.getByText("Another importer is on this page already").waitFor();
    await elsewhere.getByRole("button", { name: "Another file" }).click();
    const colour = `getComputedStyle(document.querySelector("leadsy-import").shadowRoot.querySelector(".main"))`;
    expect(await elsewhere.evaluate(`${colour}.backgroundColor`)).toBe("rgb(90, 30, 120)");

    await elsewhere.evaluate(`document.querySelector("leadsy-import").remove();
      document.querySelector("leadsy-import").setAttribute("token", "il_another"); null`);
    await elsewhere.locator(".drop").waitFor();

    const few = await openOther(await makeLink({ allowed_origin: other.origin, most_records: 1 }));
    await dropFolder(few);
    await few.getByText("That is a folder.").waitFor();
    const five = ["1", "2", "3", "4", "5"].map((name) => ({
      name: `${name}.csv`,
      bytes: Buffer.from("Correo\n"),
    }));
    await dropAll(few, five);
    await few.getByText("One file at a time becomes an import.").waitFor();
    const huge = join(tmpdir(), `leadsy-embed-${process.pid}.csv`);
    const handle = await openFile(huge, "w");
    await handle.truncate(2_000_000_000);
    await handle.close();
    await few.locator("input[type=file]").setInputFiles(huge);
    await few.getByText("has 2 GB; at most 1 GB can be sent here").waitFor();
    await rm(huge);
    await drop(few, {
      name: "b.csv",
      bytes: Buffer.from("Correo\nb1@few.example.com\nb2@few.example.com\n"),
    });
    await few.locator(".start-bar .main:enabled").click();
    await few.getByRole("button", { name: "Import for real" }).click();
    await few.getByText("it has more records than this link takes").waitFor();
    expect(await leadsOf("few%")).toBe(0);
    expectNoErrors(few, 409);
  });

  test("the page of a link imports by the keyboard alone, in the browser's language", async () => {
    const { id, token } = await makeLink({ allowed_origin: "https://shop.example.com" });
    const page = await party().open({ locale: "es-MX" }, `/import#${token}`);
    await page.getByRole("heading", { name: "Importar leads" }).waitFor();
    await showView(page, "embed-page");
    await tabTo(page, "leadsy-import", "[aria-expanded=false]");
    await page.keyboard.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.insertText("Nombre\tCorreo\nAda Sol\tada@hosted.example.com\n");
    await tabTo(page, "leadsy-import", ".panel .main");
    await page.keyboard.press("Enter");
    await page.locator(".start-bar .main:enabled").waitFor();
    await tabTo(page, "leadsy-import", ".start-bar .main");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Importar de verdad" }).waitFor();
    await tabTo(page, "leadsy-import", ".notice .main");
    await page.keyboard.press("Enter");
    await page.getByText("completada", { exact: true }).waitFor();
    expect(await leadsOf("hosted%")).toBe(1);
    expectNoErrors(page);

    await api(`/import_links/${id}`, { method: "DELETE" });
    await page.getByRole("button", { name: "Otro archivo" }).click();
    await drop(page, { name: "a.csv", bytes: Buffer.from("Correo\na@b.example.com\n") });
    await page.getByText("Este enlace ya no es válido").waitFor();
    await page.goto("/import");
    await page.getByText("no tiene un enlace con el que importar").waitFor();
    expectNoErrors(page, 401);
  });

  /** A messy file of people whom no other test imports. */
  function partnersFile(): MessyFile {
    const file = messyFile(300);
    const text = file.bytes
      .toString("latin1")
      .replaceAll("@feria", "@socios")
      .replaceAll("55 1234", "55 4321")
      .replaceAll(";R-", ";S-");
    return { ...file, bytes: Buffer.from(text, "latin1") };
  }

  /** A window on the other page, with the element of a link. */
  async function openOther({ token }: { token: string }): Promise<Page> {
    other.show(`<leadsy-import token="${token}"></leadsy-import>`);
    const page = await party().open({}, `${other.origin}/`);
    await page.locator(".drop").waitFor();
    return page;
  }

  async function makeLink(fields: Record<string, unknown>): Promise<{ id: number; token: string }> {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await api("/companies/1/import_links", {
      method: "POST",
      body: JSON.stringify({ name: "Portal", expires_at, ...fields }),
    });
    const { import_link, token } = (await answer.json()) as { import_link: { id: number }; token: string };
    return { id: import_link.id, token };
  }

  async function api(path: string, init: RequestInit): Promise<Response> {
    const { url } = party().worker;
    const Authorization = await signIn(url, "manager@demo.test");
    const headers = { Authorization, "Content-Type": "application/json" };
    const answer = await fetch(`${url}/api/v1${path}`, { headers, ...init });
    expect(answer.ok).toBe(true);
    return answer;
  }

  /** How many leads there are of a domain; of a stage, if one is named. */
  async function leadsOf(domain: string, stage = "%"): Promise<number> {
    const { DIRECTORY, LEADS_0 } = party().worker.env;
    const stages = await DIRECTORY.prepare("SELECT id FROM stages WHERE key LIKE ?").bind(stage).all();
    const sql = `SELECT count(*) AS n FROM leads WHERE email LIKE ? AND deleted_at IS NULL
       AND stage_id IN (SELECT value ->> 'id' FROM json_each(?))`;
    const of = [`%@${domain}.example.com`, JSON.stringify(stages.results)];
    return (
      (await LEADS_0.prepare(sql)
        .bind(...of)
        .first<number>("n")) ?? 0
    );
  }
}
