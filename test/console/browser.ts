import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where no browser came with the packages, the path of one. */
const PATH = process.env.CHROME_PATH;

/**
 * Starts the browser that comes with the packages, or the one that `CHROME_PATH` names.
 *
 * @throws where there is none for this machine, saying what to do.
 */
export async function startBrowser(): Promise<Browser> {
  if (PATH) return chromium.launch({ executablePath: PATH });
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(NO_BROWSER);
  }
  const packed = (await import("@sparticuz/chromium")).default;
  // Nothing of the console is drawn by WebGL, which takes the processor to draw everything where there is no GPU.
  packed.setGraphicsMode = false;
  const executablePath = await packed.executablePath();
  if (!existsSync(executablePath)) throw new Error(NO_BROWSER);
  const args = packed.args.filter((argument) => !NOT_LIKE_A_PERSON.includes(argument));
  return chromium.launch({ executablePath, args, headless: true });
}

/**
 * Its own arguments are for a function in a cloud. Where one process has to do, several windows hang; and without its
 * security a browser names no origin to another one, and reads any answer.
 */
const NOT_LIKE_A_PERSON = [
  ...["--single-process", "--no-zygote"],
  ...["--disable-web-security", "--allow-running-insecure-content"],
];

/** Whether a browser can be had here: the one of the packages is for Linux on x64. */
export const hasBrowser = PATH !== undefined || (process.platform === "linux" && process.arch === "x64");

export const NO_BROWSER = `The packages have no browser for ${process.platform}-${process.arch}: name a Chromium with CHROME_PATH.`;
