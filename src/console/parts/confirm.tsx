import type { ComponentChildren } from "preact";
import { t } from "../i18n/text.ts";
import { Dialog } from "./dialog.tsx";

interface Props {
  title: string;
  /** What the button says that does it. */
  go: string;
  onGo: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, go, onGo, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="actions">
        <button type="button" class="button danger" onClick={onGo}>
          {go}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t("cancel")}
        </button>
      </div>
    </Dialog>
  );
}
