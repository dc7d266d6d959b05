import { expect, test } from "vitest";
import { importLeads } from "../acts.ts";
import { expectNoErrors, type Party, showView, signIn, tabTo } from "../console-party.ts";

const DAY_MS = 86_400_000;
const SOURCES = ["Trade fair", "Web", "Referral", ""];

/** The overview shows what the database has. */
export function testGlance(party: () => Party): void {
  const leads = (sql: string) => party().worker.env.LEADS_0.prepare(sql);

  test("the overview shows what arrived, by stage and source, and the cycle against its goal", async () => {
    const records = Array.from({ length: 90 }, (_, at) => `glance${at}@x.example.com,${SOURCES[at % 4]}\n`);
    const code = await importLeads(party(), `E-mail,Source\n${records.join("")}`);
    await leads(
      `UPDATE leads SET created_at = created_at - (id * 37 % 29) * ${DAY_MS}, stage_id = 1 + id % 7
       WHERE import_id = (SELECT id FROM imports WHERE import_code = ?)`,
    )
      .bind(code)
      .run();
    const now = Date.now();
    await leads(
      `INSERT INTO cycles (company_id, name, starts_at, ends_at, lead_goal, created_at, updated_at)
       VALUES (1, 'This month', ?1, ?2, 400, ?1, ?1), (1, 'Before', ?3, ?1, NULL, ?1, ?1)`,
    )
      .bind(now - 15 * DAY_MS, now + 15 * DAY_MS, now - 45 * DAY_MS)
      .run();
    const total = await leads("SELECT count(*) AS n FROM leads WHERE company_id = 1 AND deleted_at IS NULL");
    const all = (await total.first<number>("n")) ?? 0;

    const page = await party().open();
    await signIn(page);
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator(".uplot canvas").waitFor();
    expect(await page.locator(".figures dd").first().innerText()).toBe(all.toLocaleString("en-GB"));
    await page.getByText("of 400 leads").waitFor();
    await page.getByText("50% of its time is over").waitFor();
    await showView(page, "overview");

    // By the keyboard: another colouring, which the address keeps, and the figures as a table.
    await tabTo(page, "select[id]:not(:has([value=days]))");
    await page.keyboard.press("S");
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/by=source/);
    await page.locator(".legend-list").getByText("Trade fair").waitFor();
    await tabTo(page, "summary");
    await page.keyboard.press("Enter");
    const heads = await page.locator("thead th").allInnerTexts();
    expect(heads).toEqual(
      expect.arrayContaining(["From", "All", "Trade fair", "Web", "Referral", "no source"]),
    );
    const cells = (await page.locator("tbody tr").allInnerTexts()).map((row) =>
      row.split("\t").slice(1).map(Number),
    );
    const sumOf = (column: number) => cells.reduce((sum, row) => sum + (row[column] ?? 0), 0);
    expect([cells.length, sumOf(0)]).toEqual([30, all]);
    expect(heads.slice(2, -2).reduce((sum, _, at) => sum + sumOf(at + 1), 0)).toBe(all);
    await showView(page, "overview-by-source");
    await page.goto(`${new URL(page.url()).pathname}?by=source&span=months`);
    await page.locator(".uplot canvas").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(12);
    expectNoErrors(page);
  });
}
