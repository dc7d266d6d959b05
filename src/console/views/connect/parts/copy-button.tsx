import { useSignal } from "@preact/signals";
import { t } from "../../../i18n/text.ts";

interface Props {
  text: string;
  /** What it says, besides that it copies. */
  label?: string;
  onCopied?: () => void;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label = t("copy"), onCopied }: Props) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
    onCopied?.();
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void copy().catch(() => undefined)}>
        {label}
      </button>
      <span class="quiet small" role="status">
        {isCopied.value && t("copied")}
      </span>
    </>
  );
}
