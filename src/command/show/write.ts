/** Whether a person reads standard output, and no program. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}

/** Writes a line of JSON for a program. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes a line for a person. */
export function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
