import type { WriteStream } from "node:tty";
import type { Import } from "./follow-import.ts";

const WIDTH = 32;

/**
 * Shows how far an import is: a bar that is redrawn in a terminal, else a line whenever the state is another.
 *
 * @returns to be told of each state.
 */
export function progressOn(out: WriteStream): (now: Import) => void {
  return out.isTTY ? bar(out) : lines(out);
}

function bar(out: WriteStream): (now: Import) => void {
  return (now) => {
    const full = Math.round((now.progress / 100) * WIDTH);
    const cells = "█".repeat(full) + "░".repeat(WIDTH - full);
    out.write(`\r  ${cells} ${describe(now)}\x1b[K${now.finished_at ? "\n" : ""}`);
  };
}

function lines(out: WriteStream): (now: Import) => void {
  let last = "";
  return (now) => {
    const line = describe(now);
    if (line !== last) out.write(`  ${line}\n`);
    last = line;
  };
}

function describe({ progress, status_name, processed_records }: Import): string {
  return `${progress.toFixed(0).padStart(3)} %  ${status_name}, ${processed_records.toLocaleString("en")} records`;
}
