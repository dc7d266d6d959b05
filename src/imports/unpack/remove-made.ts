import { describeError, log } from "../../log.ts";
import type { ImportState } from "../state/import-state.ts";
import { madeOf } from "./unpacked.ts";

/** Removes what was made of an original, once its import has ended. Trouble is left to the sweeper of orphans. */
export async function removeMade(
  files: R2Bucket,
  { importCode, unpacked }: Pick<ImportState, "importCode" | "unpacked">,
): Promise<void> {
  if (!unpacked) return;
  try {
    await files.delete(madeOf(importCode, unpacked));
  } catch (error) {
    log("error", "import.plain_file_left", { import_code: importCode, ...describeError(error) });
  }
}
