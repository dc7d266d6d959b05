import type { Databases } from "../db/clients.ts";

/** What a policy reads of a request before it is known who calls. */
export interface Beginning<Target, Read> {
  /** Starts reading, while nobody knows yet who calls. */
  begin(target: Target): void;
  /** What was read; where it was not begun, or of something else, it is read now. @throws what reading throws. */
  finish(target: Target): Promise<Read>;
}

/**
 * Lets a policy read something before its caller is known, once a request.
 *
 * @param read reads it for every caller.
 * @param subjectOf what of a target decides what is read, where a request may turn out to be about another one.
 */
export function beginning<Target extends { readonly databases: Databases }, Read>(
  read: (target: Target) => Promise<Read>,
  subjectOf: (target: Target) => number = () => 0,
): Beginning<Target, Read> {
  /** By the databases of a request, which are opened again where nothing of what was read may be used. */
  const begun = new WeakMap<Databases, { subject: number; reading: Promise<Read> }>();
  return {
    begin(target) {
      const reading = read(target);
      // Where the caller is turned away, nobody asks for it.
      reading.catch(() => {});
      begun.set(target.databases, { subject: subjectOf(target), reading });
    },
    finish(target) {
      const known = begun.get(target.databases);
      begun.delete(target.databases);
      return known?.subject === subjectOf(target) ? known.reading : read(target);
    },
  };
}
