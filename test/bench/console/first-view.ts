import type { Browser, BrowserContext } from "playwright-core";
import { median } from "../measure/statistics.ts";
import { signInTo } from "./sign-in.ts";

/** A slow connection, in bytes a second and milliseconds. */
interface Network {
  name: string;
  downloadThroughput: number;
  uploadThroughput: number;
  /** Of each request, until its answer begins. */
  latency: number;
  /** How long the first view may take until it can be used, in milliseconds; `null` where it is only printed. */
  mostMs: number | null;
}

/** @see https://github.com/WPO-Foundation/webpagetest-docs (3GFast), and the presets of Chrome's DevTools. */
const NETWORKS: Network[] = [
  {
    name: "Fast 3G (1.6 Mbit/s, 150 ms)",
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 768_000 / 8,
    latency: 150,
    mostMs: 1000,
  },
  {
    name: "DevTools' Fast 3G (1.44 Mbit/s, 563 ms a request)",
    downloadThroughput: (1_600_000 * 0.9) / 8,
    uploadThroughput: (750_000 * 0.9) / 8,
    latency: 562.5,
    mostMs: null,
  },
];

const SLOWER = 4;
const ROUNDS = 5;
const LOOK_MS = 50;

/**
 * Measures how long it takes, on a slow connection and a processor that is four times slower, until the first view can
 * be used: for somebody who was never here, and for somebody who comes back signed in.
 *
 * @returns what took longer than it may.
 */
export async function benchFirstView(browser: Browser, url: string): Promise<string[]> {
  const problems: string[] = [];
  for (const network of NETWORKS) {
    const first = await medianOf(() => withContext(browser, (context) => usableAfter(context, url, network)));
    const again = await withContext(browser, async (context) => {
      const page = await context.newPage();
      await signInTo(page, url);
      await page.locator(".drop").waitFor();
      await page.close();
      return medianOf(() => usableAfter(context, url, network));
    });
    console.log(`${network.name}, processor ÷ ${SLOWER}, median of ${ROUNDS}:`);
    console.log(`  first visit until one can sign in   ${first.toFixed(0)} ms`);
    console.log(`  signed in, until a file can be dropped   ${again.toFixed(0)} ms`);
    if (network.mostMs !== null && first > network.mostMs) {
      problems.push(
        `the first view takes ${first.toFixed(0)} ms on ${network.name}, at most ${network.mostMs}`,
      );
    }
  }
  return problems;
}

async function withContext<T>(browser: Browser, run: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  // The moment when something can be used: it is there, and the page has nothing else to do.
  await context.addInitScript(`new MutationObserver((_, observer) => {
    if (!document.querySelector("[name=email], .drop")) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });`);
  try {
    return await run(context);
  } finally {
    await context.close();
  }
}

async function usableAfter(context: BrowserContext, url: string, network: Network): Promise<number> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, ...network });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(`${url}/console`, { waitUntil: "commit" });
  // Asked again and again: what waits inside of the page needs `eval`, which its policy forbids.
  let ms: unknown = null;
  while (typeof ms !== "number") {
    await page.waitForTimeout(LOOK_MS);
    ms = await page.evaluate("window.usableAt ?? null");
  }
  await page.close();
  return ms;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure());
  return median(values);
}
