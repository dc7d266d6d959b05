import { useEffect, useMemo } from "preact/hooks";
import { loadCampaigns, loadQuestions } from "../../api/companies.ts";
import type { ImportFile } from "../../api/import-types.ts";
import { t } from "../../i18n/text.ts";
import { useList } from "../../parts/load.ts";
import { ParentChoice, parentsInDoubt } from "../../parts/parent-choice.tsx";
import { messageOf } from "../../parts/problem-notice.tsx";
import { Loading } from "../../parts/title.tsx";
import { guardLeaving } from "../../router.ts";
import type { Draft } from "./draft.ts";
import { FileHeading } from "./file/file-heading.tsx";
import { previewableBytes } from "./file/previewable.ts";
import { ReadingPanel } from "./file/reading-panel.tsx";
import { OptionsPanel } from "./options-panel.tsx";
import { PreviewPanels } from "./preview-panels.tsx";
import { createStart } from "./start/start.ts";
import { StartBar } from "./start/start-bar.tsx";

interface Props {
  companyId: number;
  draft: Draft;
  onStarted: (file: ImportFile) => void;
  onDropped: () => void;
}

/** A file that was chosen: how it is read, what its columns become, and the start. */
export function DraftView({ companyId, draft, onStarted, onDropped }: Props) {
  const start = useMemo(() => createStart(draft, onStarted), [draft, onStarted]);
  const campaigns = useList(() => loadCampaigns(companyId));
  const questions = useList(async () => {
    const campaignId = draft.campaignId.value ?? draft.parent.value?.campaign_id ?? null;
    return campaignId === null ? [] : loadQuestions(campaignId);
  });
  const isBlind = previewableBytes(draft.file) === null;
  const preview = draft.preview.value;
  const parents = parentsInDoubt(draft.problem.value);
  useEffect(() => {
    const release = guardLeaving(() => {
      if (start.isDone.value) return null;
      if (start.progress.value) return t("leave.uploading");
      return Object.keys(draft.edits.value).length > 0 ? t("leave.edited") : null;
    });
    return () => {
      release();
      start.stop();
    };
  }, [draft, start]);

  return (
    <div class="stack">
      {parents.length > 0 && <ParentChoice codes={parents} onChoose={draft.chooseParent} />}
      <section class="panel stack" aria-label={t("step.file")}>
        <FileHeading draft={draft} isSending={start.progress.value !== null} onDropped={onDropped} />
        {!isBlind && <ReadingPanel draft={draft} />}
        {isBlind && <p class="notice">{t("file.blind")}</p>}
        {draft.problem.value && parents.length === 0 && (
          <div class="notice bad" role="alert">
            <strong>{t("file.unreadable")}</strong>
            <p>{messageOf(draft.problem.value)}</p>
          </div>
        )}
      </section>
      <section class="panel stack">
        <h2>{t("options.title")}</h2>
        <OptionsPanel draft={draft} campaigns={campaigns} />
      </section>
      {!preview && draft.isLooking.value && <Loading />}
      <PreviewPanels draft={draft} questions={questions} />
      {(preview || isBlind) && <StartBar draft={draft} start={start} isBlind={isBlind} />}
    </div>
  );
}
