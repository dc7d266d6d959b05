import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import { type Party, signIn } from "./console-party.ts";
import { loadModules, runIn } from "./in-page.ts";

/** What is hard to see from outside, held to single modules of the console in a page. */
export function testModules(party: () => Party): void {
  let page: Page;

  test("modules of the console run in a page", async () => {
    page = await party().open();
    await signIn(page);
    await loadModules(page);
    await runIn(page, UPLOAD);
  });

  test("a file in parts is imported with its mapping", async () => {
    const code = await runIn<string>(
      page,
      `const text = "Feria\\nNombre,Correo,Ref interna\\nLía Ríos,lia@parts.example.com,R-1\\n";
       return (await upload(new File([text], "parts.csv"), 0)).import_code;`,
    );
    const mapping = "SELECT mapping FROM imports WHERE import_code = ?";
    expect(await party().worker.env.LEADS_0.prepare(mapping).bind(code).first("mapping")).toBe(
      '{"Ref interna":"external_id"}',
    );
    const lead = "SELECT external_id FROM leads WHERE email = 'lia@parts.example.com'";
    await expect
      .poll(() => party().worker.env.LEADS_0.prepare(lead).first("external_id"), { timeout: 10_000 })
      .toBe("R-1");
  });

  test("where one part is refused, the others are not sent on", async () => {
    const others: string[] = [];
    page.on("requestfailed", (request) => others.push(request.url()));
    const opened = { id: 9, part_bytes: 10, parts: 3, received: [] };
    await page.route("**/import/uploads", (route) => route.fulfill({ json: { upload: opened } }));
    const parts: Route[] = [];
    await page.route("**/parts/*", async (route) => {
      parts.push(route);
      // The others are never answered.
      if (parts.length === 3)
        await parts[0]?.fulfill({ status: 422, json: { code: "refused", title: "No" } });
    });
    const said = await runIn<string>(
      page,
      `return upload(new File(["Correo\\n", "x".repeat(20)], "refused.csv"), 0).catch(({ code }) => code)`,
    );
    expect(said).toBe("refused");
    const going = parts.slice(1).map((route) => route.request().url());
    await expect.poll(() => others.toSorted()).toEqual(going.toSorted());
    await page.unrouteAll();
  });

  test("an upload that waits for the server stops at once", async () => {
    const sent = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.route("**/api/v1/import", (route) =>
      route.fulfill({ status: 503, headers: { "Retry-After": "15" }, body: "" }),
    );
    const began = Date.now();
    const ending = runIn<string>(
      page,
      `return upload(new File(["Correo\\nx@y.example.com\\n"], "stopped.csv"), Infinity).catch(({ name }) => name)`,
    );
    await sent;
    await page.evaluate("setTimeout(() => stop.abort(), 50); null");
    expect(await ending).toBe("AbortError");
    expect(Date.now() - began).toBeLessThan(5000);
    await page.unrouteAll();
  });

  test("what is read after an upload sees what it wrote", async () => {
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    const asked = page.waitForRequest(/\/import\/imp_/);
    await runIn(
      page,
      `globalThis.stop = new AbortController();
       const file = new File(["Correo,Ref interna\\nseen@parts.example.com,1\\n"], "seen.csv");
       const { import_code } = await upload(file, Infinity, { header_row: "1" });
       await modules.loadImport(import_code, null, stop.signal);`,
    );
    const bookmark = (await answered).headers()["x-d1-bookmark"];
    expect(bookmark).toBeTruthy();
    expect((await asked).headers()["x-d1-bookmark"]).toBe(bookmark);
  });

  test("a preview of what was chosen before is not shown as what will be imported", async () => {
    let previews = 0;
    await page.route("**/import/preview", async (route) => {
      // The first one is under way when something else is chosen, and there before that is looked at.
      if (previews++ === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      await route.continue();
    });
    const mapped = await runIn<string>(
      page,
      `const draft = modules.createDraft(1, new File(["Nombre,Correo\\nAna,ana@x.example.com\\n"], "draft.csv"));
       draft.map("Nombre", "notes");
       while (!draft.isReady.value) await new Promise((resolve) => setTimeout(resolve, 5));
       const { mapping } = draft.fields();
       draft.close();
       return JSON.parse(mapping).Nombre;`,
    );
    expect(mapped).toBe("notes");
    await page.unrouteAll();
  });

  test("another company shows a view that the person may see there", async () => {
    const addresses = await runIn(
      page,
      `const there = (access) => ({ id: 7, access });
       return ["owner", "viewer", "agent"].map((access) => [
         modules.homeIn(there(access)),
         ...["import", "imports", "leads", undefined].map((view) => modules.sameViewIn(there(access), view)),
       ].map((address) => address.slice("/console/c/7/".length)));`,
    );
    expect(addresses).toEqual([
      ["import", "import", "imports", "leads", "import"],
      ["leads", "leads", "imports", "leads", "leads"],
      ["leads", "leads", "leads", "leads", "leads"],
    ]);
  });
}

/** Uploads a file with a mapping; `stop` ends it. */
const UPLOAD = `
  globalThis.stop = new AbortController();
  globalThis.upload = (file, partsFrom, more) => modules.uploadImport({
    fields: {
      ...{ company_id: 1, campaign_id: null, on_duplicate: "skip", mapping: '{"Ref interna":"external_id"}' },
      ...{ encoding: "auto", delimiter: ",", header_row: "2", sheet: "auto", ...more },
    },
    file,
    name: file.name,
    idempotencyKey: crypto.randomUUID(),
    onProgress: () => {},
    signal: stop.signal,
  }, partsFrom);
`;
