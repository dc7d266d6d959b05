import type { Page } from "playwright-core";
import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";

/** Signs the demo's manager in to the console. @param url of the installation. */
export async function signInTo(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console`);
  await page.locator("[name=email]").fill("manager@demo.test");
  await page.locator("[name=password]").fill(DEMO_PASSWORD);
  await page.locator("[type=submit]").click();
  await page.locator(".tabs").waitFor();
}
