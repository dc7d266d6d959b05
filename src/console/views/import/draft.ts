import { computed, signal } from "@preact/signals";
import type { ImportFile, Mapping, OnDuplicate, Preview } from "../../api/import-types.ts";
import { type ImportFields, importForm, previewImport } from "../../api/imports.ts";
import { Problem } from "../../api/problem.ts";
import { previewableBytes } from "./file/previewable.ts";

/** How a file is read; `auto` is as it was found. */
export type Reading = Required<Pick<ImportFields, "encoding" | "delimiter" | "header_row" | "sheet">>;

export const AS_FOUND: Reading = { encoding: "auto", delimiter: "auto", header_row: "auto", sheet: "auto" };

/** The columns that an error file adds: the API reads it as its original was, where they are all there. */
const REPORT_COLUMNS = ["_row", "_code", "_reason"];

/** How long a person may go on changing before a file is looked at again, in milliseconds. */
const QUIET_MS = 250;

/** A file on its way to become an import: what was chosen, and what would become of it. */
export type Draft = ReturnType<typeof createDraft>;

/**
 * Starts with a file of a company (`null`: of the one that a link is for). Nothing is sent for good before {@link Draft.fields} are.
 *
 * @param of the import whose rejected records the file has, where that is known.
 */
export function createDraft(companyId: number | null, file: File, of: ImportFile | null = null) {
  const parent = signal(of);
  const reading = signal<Reading>(AS_FOUND);
  /** What the person changed of the mapping, by header. */
  const edits = signal<Mapping>({});
  const campaignId = signal<number | null>(null);
  /** `null` where the person has not said it: then it is as in the original of a correction, and `skip` else. */
  const onDuplicate = signal<OnDuplicate | null>(null);
  const preview = signal<Preview | null>(null);
  const problem = signal<Problem | null>(null);
  const isLooking = signal(true);
  let abort = new AbortController();
  let timer = 0;

  const fields = (mapping: Mapping): ImportFields => ({
    company_id: companyId,
    parent_import_code: parent.value?.import_code ?? null,
    campaign_id: campaignId.value,
    on_duplicate: onDuplicate.value,
    mapping: Object.keys(mapping).length > 0 ? JSON.stringify(mapping) : "",
    ...reading.value,
  });

  const look = async (): Promise<void> => {
    const bytes = previewableBytes(file);
    if (bytes === null) {
      isLooking.value = false;
      return;
    }
    const { signal: mine } = abort;
    try {
      const form = importForm(fields(edits.value), file.slice(0, bytes), file.name);
      const seen = await previewImport(form, mine);
      if (mine.aborted) return;
      preview.value = seen;
      problem.value = null;
    } catch (error) {
      if (mine.aborted) return;
      problem.value =
        error instanceof Problem ? error : new Problem(0, { title: String(error), code: "unreadable_file" });
    }
    isLooking.value = false;
  };

  const lookSoon = (): void => {
    clearTimeout(timer);
    // What is on its way shows what was chosen before.
    abort.abort();
    abort = new AbortController();
    isLooking.value = true;
    timer = window.setTimeout(() => void look(), QUIET_MS);
  };

  void look();
  return {
    file,
    reading,
    campaignId,
    onDuplicate,
    preview,
    problem,
    isLooking,
    edits,
    parent,
    /** Whether its records were rejected before: what is not said counts as it did in their import. */
    isCorrection: computed(() => {
      const headers = preview.value?.columns.map(({ header }) => header) ?? [];
      return parent.value !== null || REPORT_COLUMNS.every((name) => headers.includes(name));
    }),
    /** Says whose rejected records these are. */
    chooseParent: (original: ImportFile) => {
      parent.value = original;
      lookSoon();
    },
    /** Whether what is shown is what would be imported. */
    isReady: computed(() => !isLooking.value && problem.value === null),
    /** Reads the file otherwise: its columns may be others then. */
    read: (changes: Partial<Reading>) => {
      reading.value = { ...reading.value, ...changes };
      edits.value = {};
      lookSoon();
    },
    /** Changes what a column becomes. */
    map: (header: string, to: Mapping[string]) => {
      edits.value = { ...edits.value, [header]: to };
      lookSoon();
    },
    /** Chooses whose questions count. */
    chooseCampaign: (id: number | null) => {
      campaignId.value = id;
      edits.value = {};
      lookSoon();
    },
    /** What is uploaded with the file. */
    fields: () => fields(preview.value?.mapping ?? {}),
    /** Stops looking. */
    close: () => {
      clearTimeout(timer);
      abort.abort();
    },
  };
}
