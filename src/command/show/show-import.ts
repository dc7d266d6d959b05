import type { ImportFile, Progress } from "../../client/index.ts";
import { ledger } from "./ledger.ts";
import { progressOn } from "./progress.ts";
import { isTerminal, writeJson, writeLine } from "./write.ts";

/** Shows how far an import is: a bar for a person, lines of JSON for a program. */
export function showProgress(): (now: Progress) => void {
  if (isTerminal()) return progressOn(process.stdout);
  return (now) => writeJson(now.step === "upload" ? now : { step: "import", import_file: now.importFile });
}

/** Shows the code of an import that has begun. */
export function showStart(begun: ImportFile): void {
  if (isTerminal()) writeLine(`\r  ${begun.import_code} has begun.\x1b[K`);
  else writeJson({ step: "import", import_file: begun });
}

/** Shows what became of an import that is at rest. A program has seen it as the last line of its progress. */
export function showEnd(done: ImportFile): void {
  if (!isTerminal()) return;
  const { import_code, failure, failed_records, status_name } = done;
  const lines = [`\n  ${import_code} ${status_name}`];
  if (failure) lines.push(`  ${failure.detail}`);
  else if (status_name !== "cancelled") lines.push(ledger(done));
  if (failed_records > 0) lines.push(`\n  leadsy errors ${import_code}`);
  writeLine(lines.join("\n"));
}
