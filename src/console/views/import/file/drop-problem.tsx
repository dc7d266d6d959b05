import { formatBytes } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import type { Dropped } from "./dropped-files.ts";

/** Why what was dropped is no file to import. Of several, one can be chosen. */
export function DropProblem({ dropped, onFile }: { dropped: Dropped; onFile: (file: File) => void }) {
  if (dropped.kind === "file" || dropped.kind === "nothing") return null;
  return (
    <div class="notice warn" role="alert">
      <p>{t(`file.${dropped.kind}`)}</p>
      {dropped.kind === "several" && (
        <ul class="rows">
          {dropped.files.map((file) => (
            <li key={file.name}>
              <button type="button" class="button" disabled={file.size === 0} onClick={() => onFile(file)}>
                {file.name} <span class="quiet">{formatBytes(file.size)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
