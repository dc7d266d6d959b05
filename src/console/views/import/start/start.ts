import { signal } from "@preact/signals";
import type { ImportFile } from "../../../api/import-types.ts";
import type { ImportFields } from "../../../api/imports.ts";
import { isAbort } from "../../../api/upload/send.ts";
import { uploadImport } from "../../../api/upload/upload.ts";
import type { Draft } from "../draft.ts";

/** An upload that is under way: how much of it is there. */
export interface Progress {
  loaded: number;
  total: number;
}

/** Sends a draft for good. Started again after trouble, it is still one import. */
export function createStart(draft: Draft, onStarted: (file: ImportFile) => void) {
  const progress = signal<Progress | null>(null);
  const problem = signal<unknown>(null);
  let abort = new AbortController();
  let key = crypto.randomUUID();
  let sent = "";

  const isDone = signal(false);
  let isDryRun = false;

  /** @param tries whether nothing is written yet; without it, as the last time. */
  const start = async (tries = isDryRun): Promise<void> => {
    if (progress.value) return;
    isDryRun = tries;
    const fields: ImportFields = { ...draft.fields(), ...(tries && { dry_run: "true" as const }) };
    // Other fields are another import: the key of the one before would be refused.
    const said = JSON.stringify(fields);
    if (said !== sent) key = crypto.randomUUID();
    sent = said;
    problem.value = null;
    progress.value = { loaded: 0, total: draft.file.size };
    abort = new AbortController();
    try {
      const file = await uploadImport({
        fields,
        file: draft.file,
        name: draft.file.name,
        idempotencyKey: key,
        onProgress: (loaded, total) => {
          progress.value = { loaded, total };
        },
        signal: abort.signal,
      });
      progress.value = null;
      isDone.value = true;
      onStarted(file);
    } catch (error) {
      progress.value = null;
      if (!isAbort(error)) problem.value = error;
    }
  };
  return { progress, problem, isDone, start, stop: () => abort.abort() };
}
