import type { ImportFile } from "../../../api/import-types.ts";
import { formatPercent, formatSeconds } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { isMoving } from "../status-badge.tsx";

/** How far an import or its undo is, as long as it moves. @param note what else is to be known of it. */
export function ProgressPanel({ file, note }: { file: ImportFile; note: string }) {
  if (!isMoving(file)) return null;
  const isUndo = file.undo?.status === "processing";
  const progress = isUndo ? (file.undo?.progress ?? 0) : file.progress;
  const title = isUndo
    ? "progress.undo"
    : file.status_name === "pending"
      ? "progress.pending"
      : "progress.running";
  return (
    <section class="panel rows">
      <label class="heading" for="progress">
        <strong>{t(title)}</strong>
        <span class="number">{formatPercent(progress)}</span>
        <span class="quiet number">{!isUndo && speedText(file)}</span>
      </label>
      <progress id="progress" class="bar" max={100} value={progress} />
      <p class="quiet small">{note}</p>
    </section>
  );
}

function speedText({ status_name, records_per_second: rate, seconds_left: left }: ImportFile): string {
  if (status_name !== "processing" || rate === null) return "";
  const records = t("progress.rate", { n: Math.round(rate) });
  return left === null ? records : `${records} · ${t("progress.left", { time: formatSeconds(left) })}`;
}
