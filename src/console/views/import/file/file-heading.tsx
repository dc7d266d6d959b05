import { useEffect, useRef } from "preact/hooks";
import { formatBytes } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";

interface Props {
  draft: Draft;
  /** Whether the file is on its way: then it cannot be changed for another. */
  isSending: boolean;
  onDropped: () => void;
}

/** The name of the file that was chosen, and the way to another one. */
export function FileHeading({ draft, isSending, onDropped }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // What was focused went with the place to drop files.
  useEffect(() => heading.current?.focus(), [draft]);
  return (
    <div class="heading">
      <h2 class="file-name" ref={heading} tabIndex={-1}>
        {draft.file.name}
      </h2>
      <span class="quiet number">{formatBytes(draft.file.size)}</span>
      <span class="actions">
        <button type="button" class="button" disabled={isSending} onClick={onDropped}>
          {t("file.another")}
        </button>
      </span>
    </div>
  );
}
