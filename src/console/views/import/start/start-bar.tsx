import { formatBytes, formatPercent } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import type { Draft } from "../draft.ts";
import type { createStart } from "./start.ts";

interface Props {
  draft: Draft;
  start: ReturnType<typeof createStart>;
  /** Whether the file is one that cannot be looked at before. */
  isBlind: boolean;
}

/** The last step: start, and see the file go up. */
export function StartBar({ draft, start, isBlind }: Props) {
  const progress = start.progress.value;
  const isPossible = draft.isReady.value || isBlind;
  return (
    <div class="start-bar rows">
      {start.problem.value !== null && (
        <ProblemNotice error={start.problem.value} onRetry={() => void start.start()} />
      )}
      {progress ? (
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
            <button type="button" class="button" onClick={start.stop}>
              {t("start.stop")}
            </button>
          </div>
        </div>
      ) : (
        <div class="actions">
          <button
            type="button"
            class="button main"
            disabled={!isPossible}
            onClick={() => void start.start(false)}
          >
            {t("start.go")}
          </button>
          <button type="button" class="button" disabled={!isPossible} onClick={() => void start.start(true)}>
            {t("start.try")}
          </button>
          <span class="quiet small" role="status">
            {t(draft.isLooking.value ? "start.looking" : "start.hint")}
          </span>
        </div>
      )}
    </div>
  );
}
