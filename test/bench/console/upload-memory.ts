import { readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { signInTo } from "./sign-in.ts";

const FILE_MB = 100;
const MOST_MB = 150;
const EVERY_MS = 50;

/**
 * Sends a file of 100 MB from the console, and looks how much memory its tab has of its own meanwhile.
 *
 * @param folder where the file is made.
 * @returns what was more than it may be.
 */
export async function benchUploadMemory(browser: Browser, url: string, folder: string): Promise<string[]> {
  const path = join(folder, "large.csv");
  await writeLeads(path, FILE_MB * 1_000_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await signInTo(page, url);
  await page.locator(".drop").waitFor();
  const control = await browser.newBrowserCDPSession();
  const { processInfo } = await control.send("SystemInfo.getProcessInfo");
  // Of several, the tab's own is the one that grows: the largest.
  const tabs = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  const before = Math.max(...tabs.map(ownMemory));
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, ...tabs.map(ownMemory));
  }, EVERY_MS);
  await page.locator("input[type=file]").setInputFiles(path);
  await page.locator(".start-bar .main:enabled").click({ timeout: 30_000 });
  const began = performance.now();
  await page.locator(".ledger, .progress, progress.bar").first().waitFor({ timeout: 120_000 });
  await page.waitForURL(/\/imports\//, { timeout: 240_000 });
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  const heap = (await page.evaluate("performance.memory.usedJSHeapSize")) as number;
  await context.close();
  console.log(
    `The tab while ${(statSync(path).size / 1e6).toFixed(0)} MB go up, in ${seconds.toFixed(1)} s:`,
  );
  console.log(`  before   ${inMb(before)} MB`);
  console.log(`  at most   ${inMb(most)} MB, of which JavaScript's at the end ${inMb(heap)} MB`);
  return most > MOST_MB * 1e6 ? [`the tab takes ${inMb(most)} MB, at most ${MOST_MB}`] : [];
}

/** What a process has for itself alone, in bytes: as Chrome's task manager counts it. */
function ownMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (name: string) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
  return (kib("RssAnon") + kib("VmSwap")) * 1024;
}

async function writeLeads(path: string, bytes: number): Promise<void> {
  const file = await open(path, "w");
  await file.write("Name,E-mail,Notes\n");
  for (let number = 0, written = 0; written < bytes; ) {
    let part = "";
    for (; part.length < 1_000_000; number++) {
      part += `Nombre ${number},lead${number}@large.example.com,${"met at the fair ".repeat(8)}\n`;
    }
    written += part.length;
    await file.write(part);
  }
  await file.close();
}

function inMb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
