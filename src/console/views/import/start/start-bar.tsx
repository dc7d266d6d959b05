import { t } from "../../../i18n/text.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import type { Draft } from "../draft.ts";
import type { createStart } from "./start.ts";
import { UploadProgress } from "./upload-progress.tsx";

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
        <UploadProgress progress={progress} onStop={start.stop} />
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
