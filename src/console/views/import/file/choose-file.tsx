import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../../i18n/text.ts";
import { DropProblem } from "./drop-problem.tsx";
import { type Dropped, readDrop, readFiles, readPaste } from "./dropped-files.ts";
import { PasteBox } from "./paste-box.tsx";

/** What the importer reads, for the dialog of the browser; what else is chosen is looked at all the same. */
const ACCEPTED = ".csv,.tsv,.txt,.xlsx,.ndjson,.jsonl,.gz,.zip,text/csv";

interface Props {
  onFile: (file: File) => void;
  /** Where it is dropped and pasted: all of the page, or what of it is ours. */
  area?: Document | ShadowRoot;
}

/** Where a file comes in: dropped anywhere on the page, chosen, or pasted from a spreadsheet. */
export function ChooseFile({ onFile, area = document }: Props) {
  const dropped = useSignal<Dropped | null>(null);
  const isOver = useSignal(false);
  const isPasting = useSignal(false);
  const input = useRef<HTMLInputElement>(null);

  const accept = (what: Dropped) => {
    isOver.value = false;
    if (what.kind === "file") onFile(what.file);
    else if (what.kind !== "nothing") dropped.value = what;
  };

  // As soon as it is there to drop on.
  useLayoutEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const listen = <Kind extends "dragover" | "dragleave" | "drop" | "paste">(
      kind: Kind,
      act: (event: DocumentEventMap[Kind]) => void,
    ) => area.addEventListener(kind, act as EventListener, { signal });
    listen("dragover", (event) => {
      event.preventDefault();
      isOver.value = true;
    });
    listen("dragleave", (event) => {
      if (!event.relatedTarget) isOver.value = false;
    });
    listen("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer) accept(readDrop(event.dataTransfer));
    });
    listen("paste", (event) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea");
      if (!isTyping && event.clipboardData) accept(readPaste(event.clipboardData, t("file.pasted.name")));
    });
    return () => listening.abort();
  });

  return (
    <div class="stack">
      <div class={isOver.value ? "drop over" : "drop"}>
        <p class="drop-title">{t("file.drop")}</p>
        <p class="quiet">{t("file.kinds")}</p>
        <div class="actions">
          <button type="button" class="button main" onClick={() => input.current?.click()}>
            {t("file.choose")}
          </button>
          <button
            type="button"
            class="button"
            aria-expanded={isPasting.value}
            onClick={() => {
              isPasting.value = !isPasting.value;
            }}
          >
            {t("file.paste")}
          </button>
        </div>
        <input
          ref={input}
          class="hidden"
          type="file"
          accept={ACCEPTED}
          tabIndex={-1}
          aria-label={t("file.choose")}
          onChange={({ currentTarget }) => {
            accept(readFiles([...(currentTarget.files ?? [])]));
            currentTarget.value = "";
          }}
        />
      </div>
      {dropped.value && <DropProblem dropped={dropped.value} onFile={onFile} />}
      {isPasting.value && <PasteBox onPasted={accept} />}
    </div>
  );
}
