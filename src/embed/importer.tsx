import { useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import type { ImportFile } from "../console/api/import-types.ts";
import { isWaiting } from "../console/api/sending/waiting.ts";
import { formatBytes } from "../console/i18n/format.ts";
import { t } from "../console/i18n/text.ts";
import { createDraft, type Draft } from "../console/views/import/draft.ts";
import { ChooseFile } from "../console/views/import/file/choose-file.tsx";
import { DraftStep } from "./draft-step.tsx";
import { RunStep } from "./run-step.tsx";
import type { Tell } from "./tell.ts";

/** The most bytes of a file: more than the records that a link may take at most can fill. */
const MOST_BYTES = 1_000_000_000;

/** Where a person is: at a file, at what it becomes, or at what became of it. */
type Step =
  | { at: "choose"; of: ImportFile | null }
  | { at: "draft"; draft: Draft }
  | { at: "run"; code: string };

/** An import from its file to its leads. */
export function Importer({ root, tell }: { root: ShadowRoot; tell: Tell }) {
  const step = useSignal<Step>({ at: "choose", of: null });
  const tooLarge = useSignal<File | null>(null);
  const { value: now } = step;
  const draft = now.at === "draft" ? now.draft : null;
  useEffect(() => () => draft?.close(), [draft]);
  const begin = useCallback(
    (of: ImportFile | null) => {
      step.value = { at: "choose", of };
    },
    [step],
  );
  const start = useCallback(
    ({ import_code: code }: ImportFile) => {
      step.value = { at: "run", code };
    },
    [step],
  );
  return (
    <section class="stack" aria-label={t("embed.label")}>
      {now.at === "choose" && (
        <>
          <ChooseFile
            area={root}
            onFile={(file) => {
              const isTooLarge = file.size > MOST_BYTES;
              tooLarge.value = isTooLarge ? file : null;
              if (!isTooLarge) step.value = { at: "draft", draft: createDraft(null, file, now.of) };
            }}
          />
          {tooLarge.value && <TooLarge file={tooLarge.value} />}
        </>
      )}
      {draft && <DraftStep draft={draft} tell={tell} onStarted={start} onDropped={() => begin(null)} />}
      {now.at === "run" && <RunStep key={now.code} code={now.code} tell={tell} onAgain={begin} />}
      {isWaiting.value && (
        <p class="notice warn" role="status">
          {t("waiting")}
        </p>
      )}
    </section>
  );
}

function TooLarge({ file: { name, size } }: { file: File }) {
  return (
    <p class="notice warn" role="alert">
      {t("embed.too_large", { name, size: formatBytes(size), most: formatBytes(MOST_BYTES) })}
    </p>
  );
}
