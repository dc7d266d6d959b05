import { expect, test } from "vitest";
import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";
import { expectNoErrors, type Party, showView, signIn, tabTo } from "../console-party.ts";

/** People, invitations and sessions, as the database has them. */
export function testPeople(party: () => Party): void {
  const first = <T>(sql: string, ...values: string[]) =>
    party()
      .worker.env.DIRECTORY.prepare(sql)
      .bind(...values)
      .first<T>();

  test("people are invited, get another access, are kept out and let in", async () => {
    const access = `SELECT a.access_id, a.suspended_at IS NOT NULL AS suspended, u.status FROM user_accesses a
       JOIN users u ON u.id = a.user_id WHERE u.email = ? AND a.company_id = 1`;
    const page = await party().open();
    await signIn(page);
    await page.getByRole("link", { name: "People" }).click();
    const select = page.getByLabel(/^Access of/).first();
    await select.waitFor();
    await showView(page, "people");
    // A manager gives no access of their own height, and changes nothing of those above.
    expect(await select.locator("option").allInnerTexts()).toEqual(["Agent", "Viewer"]);

    const row = page.locator(".person", { hasText: "agent@demo.test" });
    await row.getByRole("combobox").selectOption("viewer");
    await expect
      .poll(async () => (await first<{ access_id: number }>(access, "agent@demo.test"))?.access_id)
      .toBe(4);
    await row.getByRole("combobox").selectOption("agent");
    await expect
      .poll(async () => (await first<{ access_id: number }>(access, "agent@demo.test"))?.access_id)
      .toBe(3);
    await row.getByRole("button", { name: /^Disable/ }).click();
    await row.getByText("disabled", { exact: true }).waitFor();
    await row.getByRole("button", { name: /^Enable/ }).click();
    await row.getByRole("button", { name: /^Disable/ }).waitFor();

    // By the keyboard: an invitation, which is then taken back.
    await tabTo(page, "input[type=email]");
    await page.keyboard.type("new.person@x.example.com");
    await page.keyboard.press("Enter");
    await page.getByText("An invitation was mailed to").waitFor();
    const invitation = "SELECT access_id, revoked_at FROM invitations WHERE email = ? ORDER BY id DESC";
    expect(await first(invitation, "new.person@x.example.com")).toMatchObject({ access_id: 3 });
    await tabTo(page, ".invitations button");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody is invited").waitFor();
    expectNoErrors(page);
  });

  test("sessions that are not one's own are ended", async () => {
    const page = await party().open();
    await signIn(page, "owner@demo.test");
    await fetch(`${party().worker.url}/api/v1/users/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (iPhone) Safari/1" },
      body: JSON.stringify({ email: "owner@demo.test", password: DEMO_PASSWORD }),
    });
    await page.getByRole("link", { name: "Your sessions" }).click();
    const other = page.locator(".person", { hasText: "Safari · iPhone" });
    await other.waitFor();
    await showView(page, "sessions");
    await other.getByRole("button").click();
    await other.waitFor({ state: "detached" });
    await page.locator(".person", { hasText: "this one" }).waitFor();
    expectNoErrors(page);
  });
}
