import { aMacrotask } from "../../macrotask.ts";
import { FileProblem } from "../readers/file-problem.ts";

/** How often a hash that takes long says that it is still at work, in milliseconds. */
const PAUSE_MS = 5_000;

/**
 * The SHA-256 of a file in R2. It is read in one go, since a hash has no checkpoint: 5 GiB take about a minute, nearly
 * all of it outside of the Worker's own code.
 *
 * @param atWork called every few seconds.
 * @returns it in hexadecimal.
 */
export async function hashFile(files: R2Bucket, key: string, atWork: () => Promise<void>): Promise<string> {
  const object = await files.get(key);
  if (!object) throw missingOriginal();
  const digest = new crypto.DigestStream("SHA-256");
  // Met below in any case.
  digest.digest.catch(() => {});
  const read = object.body.pipeTo(digest).then(() => true);
  for (;;) {
    const pause = aMacrotask(PAUSE_MS).then(() => false);
    if (await Promise.race([read, pause])) return Buffer.from(await digest.digest).toString("hex");
    await atWork();
  }
}

/** The file of an import is gone. */
export function missingOriginal(): FileProblem {
  return new FileProblem("original_missing", "The uploaded file is no longer in storage. Upload it again.");
}
