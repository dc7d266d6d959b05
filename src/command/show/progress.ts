import type { WriteStream } from "node:tty";
import type { Progress } from "../../client/index.ts";

const WIDTH = 32;

/**
 * Shows how far an import is: a bar that is redrawn in a terminal, else a line whenever the state is another.
 *
 * @returns to be told of each step.
 */
export function progressOn(out: WriteStream): (now: Progress) => void {
  let last = "";
  return (now) => {
    const line = `${out.isTTY ? `${bar(percentOf(now))} ` : ""}${describe(now)}`;
    if (line === last) return;
    last = line;
    out.write(out.isTTY ? `\r  ${line}\x1b[K${isOver(now) ? "\n" : ""}` : `  ${line}\n`);
  };
}

function isOver(now: Progress): boolean {
  return now.step === "import" && now.importFile.finished_at !== null;
}

function percentOf(now: Progress): number {
  return now.step === "import" ? now.importFile.progress : (100 * now.loaded) / Math.max(now.total, 1);
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * WIDTH);
  return "█".repeat(full) + "░".repeat(WIDTH - full);
}

function describe(now: Progress): string {
  const percent = `${percentOf(now).toFixed(0).padStart(3)} %`;
  if (now.step === "upload") return `${percent}  uploading, ${(now.loaded / 1e6).toFixed(1)} MB`;
  const { status_name, processed_records, records_per_second, seconds_left } = now.importFile;
  const speed = records_per_second ? `, ${records_per_second.toLocaleString("en")} a second` : "";
  const left = seconds_left === null ? "" : `, ${seconds_left} s left`;
  return `${percent}  ${status_name}, ${processed_records.toLocaleString("en")} records${speed}${left}`;
}
