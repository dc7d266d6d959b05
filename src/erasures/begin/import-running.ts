import { AppError } from "../../errors.ts";

/** The refusal to erase a person while an import runs that names them, or may make them a lead. */
export function importRunning(importCode: string): AppError {
  return new AppError("import_running", `Erase the person once the import ${importCode} has finished.`);
}
