import { formatBytes, formatPercent } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import type { Progress } from "./start.ts";

/** A file that goes up: how much of it is there. */
export function UploadProgress({ progress, onStop }: { progress: Progress; onStop: () => void }) {
  return (
    <div class="rows">
      <label class="heading" for="upload">
        <strong>{t("start.uploading")}</strong>
        <span class="quiet number">
          {formatBytes(progress.loaded)} / {formatBytes(progress.total)} ·{" "}
          {formatPercent((100 * progress.loaded) / Math.max(progress.total, 1))}
        </span>
      </label>
      <progress id="upload" class="bar" max={progress.total} value={progress.loaded} />
      <div class="actions">
        <button type="button" class="button" onClick={onStop}>
          {t("start.stop")}
        </button>
      </div>
    </div>
  );
}
