import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { DEMO_PASSWORD } from "../../src/cli/seed/data.ts";
import { sharedBuild } from "../harness/build.ts";
import { type RunningWorker, startWorker } from "../harness/worker.ts";
import { startBrowser } from "./browser.ts";

/** Where pictures of the views go, for a person to look at. */
const PICTURES = join(ROOT, ".build/pictures");
const WIDTHS = [1440, 390];
const THEMES = ["light", "dark"] as const;

/** A Worker with the console, and a browser. */
export interface Party {
  worker: RunningWorker;
  /**
   * Opens a browser window of its own, which fails the test where the page reports an error.
   *
   * @param address the console's by default.
   */
  open(options?: BrowserContextOptions, address?: string): Promise<Page>;
  close(): Promise<void>;
}

/** Starts both: once for all tests. */
export async function startParty(): Promise<Party> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-console-"));
  mkdirSync(PICTURES, { recursive: true });
  const [browser, worker] = await Promise.all([
    startBrowser(),
    sharedBuild(join(folder, "built")).then((script) =>
      startWorker({ script, folder: join(folder, "state"), assets: true }),
    ),
  ]);
  return {
    worker,
    open: (options, address) => openPage(browser, worker.url, options, address),
    async close() {
      await browser.close();
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const reported = new WeakMap<Page, string[]>();

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  address = "/console",
): Promise<Page> {
  const context = await browser.newContext({
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    baseURL: url,
    ...options,
  });
  // Neither Safari 17.5 nor Chrome 123 goes through a stream by `for await`.
  await context.addInitScript("delete ReadableStream.prototype[Symbol.asyncIterator]");
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  reported.set(page, errors);
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    const isAsked = [url, new URL(address, url).origin].some((origin) => request.url().startsWith(origin));
    if (!isAsked) errors.push(`asked another origin: ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

/** Signs somebody of the demo in. */
export async function signIn(page: Page, email = "manager@demo.test"): Promise<void> {
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(DEMO_PASSWORD);
  await page.locator("[type=submit]").click();
  await page.locator(".tabs").waitFor();
}

/** Nothing went wrong that the browser saw. @param refused the status of an answer that has to be an error. */
export function expectNoErrors(page: Page, refused?: number): void {
  expect(reported.get(page)?.filter((error) => !error.includes(`status of ${refused} `))).toEqual([]);
}

/**
 * Takes pictures of a view, wide and on a phone, light and dark, and checks each theme by axe.
 *
 * @param name of the files.
 */
export async function showView(page: Page, name: string): Promise<void> {
  for (const [index, width] of WIDTHS.entries()) {
    await page.setViewportSize({ width, height: width > 600 ? 900 : 844 });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(PICTURES, `${name}-${width}-${theme}.png`) });
      if ((theme === "light") === (index === 0))
        expect([name, width, await violations(page)]).toEqual([name, width, []]);
    }
    const overflow = await page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)");
    expect([name, width, overflow]).toEqual([name, width, 0]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** What axe has against a page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: list } = (await page.evaluate("axe.run(document)")) as axe.AxeResults;
  return list.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/**
 * Goes on with the Tab key until something is reached.
 *
 * @param selector what must be focused then; of several, each is in the shadow tree of the one before.
 */
export async function tabTo(page: Page, ...selectors: string[]): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    const isThere = `(() => {
      let tree = document;
      return ${JSON.stringify(selectors)}.every((selector) => {
        const focused = tree?.activeElement;
        tree = focused?.shadowRoot;
        return focused?.matches(selector);
      });
    })()`;
    if (await page.evaluate(isThere)) return;
  }
  throw new Error(`${selectors.join(" ")} is not reached by the Tab key`);
}
