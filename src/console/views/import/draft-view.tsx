import { useEffect, useMemo, useRef } from "preact/hooks";
import { loadCampaigns, loadQuestions, loadStages } from "../../api/companies.ts";
import type { ImportFile } from "../../api/import-types.ts";
import { formatBytes } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useList } from "../../parts/load.ts";
import { ParentChoice, parentsInDoubt } from "../../parts/parent-choice.tsx";
import { messageOf } from "../../parts/problem-notice.tsx";
import { Loading } from "../../parts/title.tsx";
import { guardLeaving } from "../../router.ts";
import { ColumnsTable } from "./columns/columns-table.tsx";
import type { Draft } from "./draft.ts";
import { previewableBytes } from "./file/previewable.ts";
import { ReadingPanel } from "./file/reading-panel.tsx";
import { OptionsPanel } from "./options-panel.tsx";
import { SamplesTable } from "./samples-table.tsx";
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
  const stages = useList(() => loadStages());
  const questions = useList(async () => {
    const campaignId = draft.campaignId.value ?? draft.parent.value?.campaign_id ?? null;
    return campaignId === null ? [] : loadQuestions(campaignId);
  });
  const isBlind = previewableBytes(draft.file) === null;
  const preview = draft.preview.value;
  const parents = parentsInDoubt(draft.problem.value);
  const heading = useRef<HTMLHeadingElement>(null);
  // What was focused went with the place to drop files.
  useEffect(() => heading.current?.focus(), [draft]);
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
        <div class="heading">
          <h2 class="file-name" ref={heading} tabIndex={-1}>
            {draft.file.name}
          </h2>
          <span class="quiet number">{formatBytes(draft.file.size)}</span>
          <span class="actions">
            <button type="button" class="button" disabled={start.progress.value !== null} onClick={onDropped}>
              {t("file.another")}
            </button>
          </span>
        </div>
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
      {preview && (
        <>
          <section class="panel stack" aria-busy={draft.isLooking.value}>
            <div class="heading">
              <h2>{t("columns.title")}</h2>
              <span class="quiet">{t("columns.hint")}</span>
            </div>
            <ColumnsTable draft={draft} questions={questions} stages={stages} />
          </section>
          {preview.sample_records.length > 0 && (
            <section class="panel stack" aria-busy={draft.isLooking.value}>
              <div class="heading">
                <h2>{t("samples.title")}</h2>
                <span class="quiet">{t("samples.hint")}</span>
              </div>
              <SamplesTable records={preview.sample_records} />
            </section>
          )}
        </>
      )}
      {(preview || isBlind) && <StartBar draft={draft} start={start} isBlind={isBlind} />}
    </div>
  );
}
