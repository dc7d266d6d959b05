import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { importLeads } from "../acts.ts";
import { expectNoErrors, type Party, showView, signIn, tabTo } from "../console-party.ts";

/** Keys, links for imports and webhooks: what the console shows is what programs get. */
export function testConnect(party: () => Party): void {
  const asked = (path: string, secret: string) =>
    fetch(`${party().worker.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${secret}` } });

  test("an API key is made by the keyboard, shown once, and ended", async () => {
    const page = await party().open({ permissions: ["clipboard-read", "clipboard-write"] });
    await signIn(page);
    await page.getByRole("link", { name: "Connect" }).click();
    await page.getByText("There is no key.").waitFor();
    await tabTo(page, "form .input");
    await page.keyboard.type("Web forms");
    await tabTo(page, "form select");
    await tabTo(page, "form select");
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "[type=checkbox]");
    await page.keyboard.press("Space");
    await tabTo(page, "[type=date]");
    await showView(page, "connect-keys");
    await tabTo(page, "form [type=submit]");
    await page.keyboard.press("Enter");
    await page.getByText("This is shown once.").waitFor();
    await page.locator(".connect-row").waitFor();
    await showView(page, "connect-key-made");
    await tabTo(page, ".notice .button");
    await page.keyboard.press("Enter");
    await page.getByText("Copied").waitFor();
    const secret = (await page.evaluate("navigator.clipboard.readText()")) as string;
    expect([
      await asked("/companies/1/leads", secret),
      await asked("/companies/1/campaigns", secret),
    ]).toMatchObject([{ status: 200 }, { status: 403 }]);
    await tabTo(page, ".notice .main");
    await page.keyboard.press("Enter");
    await page.locator(".secret").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "End “Web forms”" }).click();
    await page.getByRole("button", { name: "End it now" }).click();
    await page.getByText("There is no key.").waitFor();
    expect(await asked("/companies/1/leads", secret)).toMatchObject({ status: 401 });
    await page.getByLabel("Show those that have ended").check();
    await page.locator(".connect-row", { hasText: "ended" }).waitFor();
    expectNoErrors(page);
  });

  test("a link for imports is made for a page, whose snippet is copied, and ended", async () => {
    const page = await party().open({ permissions: ["clipboard-read", "clipboard-write"] });
    await signIn(page);
    await page.goto("/console/c/1/connect/links");
    await page.getByLabel("Name").fill("Partner portal");
    await page.getByLabel("Page that it is for").fill("https://shop.example.com/leads?of=us");
    await page.getByLabel("Most records of a file").fill("500");
    await showView(page, "connect-links");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("button", { name: "Copy for a page" }).waitFor();
    await page.locator(".connect-row", { hasText: "up to 500 records" }).waitFor();
    await showView(page, "connect-link-made");
    // What was not copied is not lost by a slip.
    let question = "";
    page.once("dialog", (dialog) => {
      question = dialog.message();
      void dialog.dismiss();
    });
    await page.getByRole("link", { name: "Webhooks" }).click();
    expect(question).toContain("was not copied");
    await page.getByRole("button", { name: "Copy for a page" }).click();
    const snippet = (await page.evaluate("navigator.clipboard.readText()")) as string;
    expect(snippet).toContain(`src="${party().worker.url}/embed/leadsy-import.js"`);
    const [, token = ""] = snippet.match(/token="(il_[0-9a-f]+)"/) ?? [];
    expect(await asked("/import?company_id_eq=1", token)).toMatchObject({ status: 403 });
    const link = "SELECT import_link, expires_at FROM api_keys WHERE prefix = ?";
    const row = await party()
      .worker.env.DIRECTORY.prepare(link)
      .bind(token.slice(0, 11))
      .first<{ import_link: string }>();
    expect(JSON.parse(row?.import_link ?? "")).toMatchObject({
      allowedOrigin: "https://shop.example.com",
      mostRecords: 500,
    });
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("button", { name: "End “Partner portal”" }).click();
    await page.getByRole("button", { name: "End it now" }).click();
    await page.locator(".connect-row", { hasText: "Partner portal" }).waitFor({ state: "detached" });
    expect(await asked("/import?company_id_eq=1", token)).toMatchObject({ status: 401 });
    expectNoErrors(page);
  });

  test("a webhook is made, tried, given another secret, switched off and on, and what failed is sent again", async () => {
    const receiver = await startReceiver();
    const page = await party().open({ locale: "es-MX" });
    await page.getByLabel("Idioma").selectOption("es");
    await signIn(page);
    await page.goto("/console/c/1/connect/webhooks");
    await page.getByText("No hay webhooks.").waitFor();
    await showView(page, "connect-webhooks");
    await page.getByLabel("Dirección").fill(receiver.url);
    await page.getByRole("button", { name: "Crear el webhook" }).click();
    expect(await page.locator(".secret").innerText()).toMatch(/^whsec_/);
    await page.getByRole("button", { name: "Ya lo tengo" }).click();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("link", { name: receiver.url }).click();
    await page.getByRole("button", { name: "Enviar una prueba" }).click();
    await page.getByText("Rechazado: respondió 500").waitFor();
    receiver.answers = 204;
    await page.getByRole("button", { name: "Enviar una prueba" }).click();
    await page.getByText("Llegó: respondió 204").waitFor();

    receiver.answers = 500;
    await importLeads(party(), "Name,E-mail\nIvo Luz,ivo@hooked.example.com\n");
    const rows = page.locator(".delivery-row");
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Mirar de nuevo" }).click();
          return rows.filter({ hasText: "1 intento" }).count();
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
    const fail = "UPDATE webhook_deliveries SET status = 'failed', ended_at = ?";
    await party().worker.env.LEADS_0.prepare(fail).bind(Date.now()).run();
    await page.getByLabel("Cuáles").selectOption("failed");
    await rows.filter({ hasText: "abandonada" }).first().waitFor();
    await rows.filter({ hasText: "1 intento" }).first().locator("summary").click();
    await showView(page, "connect-webhook");

    receiver.answers = 204;
    const failed = await rows.count();
    await rows.first().getByRole("button").click();
    await expect.poll(() => rows.count()).toBe(failed - 1);
    await page.getByRole("button", { name: "Enviarlas de nuevo" }).click();
    await page.getByText("No se envió nada.").waitFor();
    await page.getByLabel("Cuáles").selectOption("");
    await party().worker.runCron();
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Mirar de nuevo" }).click();
          return rows.filter({ hasText: "llegó" }).count();
        },
        { timeout: 10_000 },
      )
      .toBe(failed);

    await page.getByRole("button", { name: "Nuevo secreto…" }).click();
    await page.getByRole("button", { name: "Crear otro secreto" }).click();
    expect(await page.locator(".secret").innerText()).toMatch(/^whsec_/);
    await page.getByText("El secreto anterior firma junto al nuevo").waitFor();
    await page.getByRole("button", { name: "Ya lo tengo" }).click();
    await page.getByRole("button", { name: "Apagar" }).click();
    await page.getByText("apagado", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Encender" }).click();
    await page.getByText("encendido", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Eliminar…" }).click();
    await page.getByRole("button", { name: "Eliminarlo" }).click();
    await page.getByText("No hay webhooks.").waitFor();
    await receiver.stop();
    expectNoErrors(page);
  });

  test("who manages nothing is shown none of it", async () => {
    const page = await party().open();
    await signIn(page, "viewer@demo.test");
    await page.goto("/console/c/1/connect/keys");
    await page.getByText("There is nothing at this address.").waitFor();
    expect(await page.getByRole("link", { name: "Connect" }).count()).toBe(0);
    expectNoErrors(page);
  });
}

/** Somebody who is told by a webhook, and answers with a status that can be changed. */
async function startReceiver() {
  const state = { answers: 500 };
  const server = createServer((_, answer) => answer.writeHead(state.answers).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}
