import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../../i18n/text.ts";
import { type Dropped, pastedText } from "./dropped-files.ts";

/** Where cells are pasted, for those who look for a place to paste to. */
export function PasteBox({ onPasted }: { onPasted: (dropped: Dropped) => void }) {
  const text = useSignal("");
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="panel stack">
      <div class="field">
        <label for={id}>{t("file.paste.label")}</label>
        <textarea
          id={id}
          ref={box}
          class="input mono"
          rows={8}
          spellcheck={false}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </div>
      <div class="actions">
        <button
          type="button"
          class="button main"
          disabled={!text.value.trim()}
          onClick={() => onPasted(pastedText(text.value, t("file.pasted.name")))}
        >
          {t("file.paste.use")}
        </button>
      </div>
    </div>
  );
}
