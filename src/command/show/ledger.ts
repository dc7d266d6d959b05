import type { ImportFile } from "../../client/index.ts";

/**
 * The outcome of every record of an import, added up.
 *
 * @returns a table for a terminal.
 * @throws where the outcomes are not as many as the records.
 */
export function ledger(done: ImportFile): string {
  const outcomes = [
    ["created", done.created_records],
    ["updated", done.updated_records],
    ["unchanged", done.unchanged_records],
    ["duplicate", done.duplicate_records],
    ["failed", done.failed_records],
  ] as const;
  const sum = outcomes.reduce((total, [, records]) => total + records, 0);
  if (sum !== done.total_records || sum !== done.processed_records) {
    throw new Error(
      `The ledger does not add up: ${outcomes.map(([name, records]) => `${records} ${name}`).join(" + ")} = ${sum}, ` +
        `of ${done.total_records} records with ${done.processed_records} processed.`,
    );
  }
  return [
    ...outcomes.map(([name, records]) => line(name, records)),
    `  ${"─".repeat(22)}`,
    `${line("total", sum)}   every record has one outcome`,
    `${line("warnings", done.warning_records)}   became leads, with something kept as it stood`,
  ].join("\n");
}

function line(name: string, records: number): string {
  return `  ${name.padEnd(12)}${records.toLocaleString("en").padStart(10)}`;
}
