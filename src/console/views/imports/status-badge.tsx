import type { ImportFile, StatusName } from "../../api/import-types.ts";
import { t } from "../../i18n/text.ts";

const TONES: Record<StatusName, string> = {
  pending: "",
  processing: "",
  completed: "good",
  completed_with_errors: "warn",
  failed: "bad",
  cancelled: "",
  validated: "good",
  undone: "",
};

/** How an import stands, in a word. */
export function StatusBadge({ file: { status_name, undo } }: { file: ImportFile }) {
  if (undo?.status === "processing") return <span class="badge">{t("status.undoing")}</span>;
  return <span class={`badge ${TONES[status_name]}`}>{t(`status.${status_name}`)}</span>;
}

/** Whether an import still changes by itself. */
export function isMoving({ status_name, undo }: ImportFile): boolean {
  return status_name === "pending" || status_name === "processing" || undo?.status === "processing";
}
