import type { Browser, CDPSession } from "playwright-core";
import { quantile } from "../measure/statistics.ts";
import { signInTo } from "./sign-in.ts";

const SECONDS = 10;
/** How fast one scrolls, in pixels a second: some 40 leads. */
const SPEED = 2400;
const LEAST_FRAMES = 55;

/** What a trace says of a frame. */
interface TraceEvent {
  name: string;
  ts: number;
}

/**
 * Scrolls through the list of leads as a wheel does, and counts the frames that are drawn.
 *
 * @param count how many leads there are.
 * @returns what was slower than it may be.
 */
export async function benchScrolling(browser: Browser, url: string, count: number): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await signInTo(page, url);
  await page.goto(`${url}/console/c/1/leads`);
  await page.locator(".lead-row").first().waitFor();
  const devtools = await context.newCDPSession(page);
  await page.evaluate(`window.times = []; (function frame(now) {
    times.push(now); requestAnimationFrame(frame);
  })(performance.now()); null`);
  const events = await traced(devtools, () =>
    devtools.send("Input.synthesizeScrollGesture", {
      x: 700,
      y: 600,
      yDistance: -SECONDS * SPEED,
      speed: SPEED,
      gestureSourceType: "mouse",
    }),
  );
  const times = (await page.evaluate("times")) as number[];
  const scrolled = (await page.evaluate("scrollY")) as number;
  await context.close();

  const drawn = events.filter(({ name }) => name === "DrawFrame").map(({ ts }) => ts / 1000);
  const framesOf = (all: number[]) => ((all.length - 1) * 1000) / ((all.at(-1) ?? 0) - (all[0] ?? 0));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  console.log(
    `The list of ${count} leads, scrolled by ${(scrolled / 60).toFixed(0)} of them at ${SPEED} px/s:`,
  );
  console.log(`  drawn, by the trace   ${framesOf(drawn).toFixed(1)} frames/s`);
  console.log(`  asked of the page   ${framesOf(times).toFixed(1)} frames/s`);
  console.log(
    `  between two   p95 ${quantile(gaps, 0.95).toFixed(1)} ms, longest ${Math.max(...gaps).toFixed(0)} ms`,
  );
  if (framesOf(drawn) >= LEAST_FRAMES) return [];
  return [`the list scrolls at ${framesOf(drawn).toFixed(1)} frames/s, at least ${LEAST_FRAMES}`];
}

async function traced(devtools: CDPSession, act: () => Promise<unknown>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  devtools.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await devtools.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: ["disabled-by-default-devtools.timeline.frame", "devtools.timeline.frame"],
    },
  });
  await act();
  const ended = new Promise<void>((resolve) => devtools.once("Tracing.tracingComplete", () => resolve()));
  await devtools.send("Tracing.end");
  await ended;
  return events;
}
