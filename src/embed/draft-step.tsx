import { useEffect, useMemo } from "preact/hooks";
import type { ImportFile } from "../console/api/import-types.ts";
import { t } from "../console/i18n/text.ts";
import { ParentChoice, parentsInDoubt } from "../console/parts/parent-choice.tsx";
import { ProblemNotice } from "../console/parts/problem-notice.tsx";
import { Loading } from "../console/parts/title.tsx";
import type { Draft } from "../console/views/import/draft.ts";
import { FileHeading } from "../console/views/import/file/file-heading.tsx";
import { previewableBytes } from "../console/views/import/file/previewable.ts";
import { ReadingPanel } from "../console/views/import/file/reading-panel.tsx";
import { PreviewPanels } from "../console/views/import/preview-panels.tsx";
import { createStart } from "../console/views/import/start/start.ts";
import { UploadProgress } from "../console/views/import/start/upload-progress.tsx";
import { useProposedQuestions } from "./proposed-questions.ts";
import { failureOf, type Tell } from "./tell.ts";

interface Props {
  draft: Draft;
  tell: Tell;
  onStarted: (file: ImportFile) => void;
  onDropped: () => void;
}

/** A file that was chosen: how it is read, what its columns become, and the start of its check. */
export function DraftStep({ draft, tell, onStarted, onDropped }: Props) {
  const start = useMemo(() => createStart(draft, onStarted), [draft, onStarted]);
  useEffect(() => start.stop, [start]);
  const preview = draft.preview.value;
  const questions = useProposedQuestions(preview);
  const isBlind = previewableBytes(draft.file) === null;
  const parents = parentsInDoubt(draft.problem.value);
  const problem = parents.length > 0 ? null : (start.problem.value ?? draft.problem.value);
  useEffect(() => {
    if (problem !== null) tell("error", failureOf(problem));
  }, [problem, tell]);
  const isReady = draft.isReady.value || (isBlind && draft.problem.value === null);
  return (
    <>
      {parents.length > 0 && <ParentChoice codes={parents} onChoose={draft.chooseParent} />}
      <div class="panel stack">
        <FileHeading draft={draft} isSending={start.progress.value !== null} onDropped={onDropped} />
        {preview && !isBlind && <ReadingPanel draft={draft} />}
        {isBlind && <p class="notice">{t("embed.blind")}</p>}
        {!preview && draft.isLooking.value && <Loading />}
      </div>
      {problem !== null && <ProblemNotice error={problem} />}
      <PreviewPanels draft={draft} questions={questions} />
      {(preview || isBlind) && (
        <div class="start-bar rows">
          {start.progress.value ? (
            <UploadProgress progress={start.progress.value} onStop={start.stop} />
          ) : (
            <div class="actions">
              <button
                type="button"
                class="button main"
                disabled={!isReady}
                onClick={() => void start.start(true)}
              >
                {t("embed.check")}
              </button>
              <span class="quiet small" role="status">
                {t(draft.isLooking.value ? "start.looking" : "embed.check.hint")}
              </span>
            </div>
          )}
        </div>
      )}
    </>
  );
}
