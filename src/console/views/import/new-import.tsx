import { useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import type { ImportFile } from "../../api/import-types.ts";
import { loadImport } from "../../api/imports.ts";
import { formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading, Title } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { navigate } from "../../router.ts";
import { createDraft, type Draft } from "./draft.ts";
import { DraftView } from "./draft-view.tsx";
import { ChooseFile } from "./file/choose-file.tsx";

interface Props {
  companyId: number;
  /** The code of the import whose rejected records come back, where the address names it. */
  of: string | null;
}

/** A new import: first its file, then what it becomes. */
export default function NewImport({ companyId, of }: Props) {
  const { loaded, reload } = useLoad(async (signal) => (of ? await loadImport(of, null, signal) : null));
  const parent = loaded.value.value?.file ?? null;
  const draft = useSignal<Draft | null>(null);
  const drop = useCallback(() => {
    draft.value?.close();
    draft.value = null;
  }, [draft]);
  useEffect(() => drop, [drop]);
  const onStarted = useCallback(
    (file: ImportFile) => {
      drop();
      navigate(paths.import(companyId, file.import_code));
    },
    [companyId, drop],
  );
  return (
    <div class="stack">
      <Title text={t("import.title")} />
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {parent && !draft.value && (
        <div class="notice">
          <p>{t("import.of", { name: parent.file.name, time: formatTime(parent.created_at) })}</p>
          <p>
            <a href={paths.newImport(companyId)}>{t("import.of.none")}</a>
          </p>
        </div>
      )}
      {of && loaded.value.state === "loading" ? (
        <Loading />
      ) : draft.value ? (
        <DraftView companyId={companyId} draft={draft.value} onStarted={onStarted} onDropped={drop} />
      ) : (
        <ChooseFile
          onFile={(file) => {
            draft.value = createDraft(companyId, file, parent);
          }}
        />
      )}
    </div>
  );
}
