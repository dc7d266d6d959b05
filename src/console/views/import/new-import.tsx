import { useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import type { ImportFile } from "../../api/import-types.ts";
import { t } from "../../i18n/text.ts";
import { Title } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { navigate } from "../../router.ts";
import { createDraft, type Draft } from "./draft.ts";
import { DraftView } from "./draft-view.tsx";
import { ChooseFile } from "./file/choose-file.tsx";

/** A new import: first its file, then what it becomes. */
export default function NewImport({ companyId }: { companyId: number }) {
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
      {draft.value ? (
        <DraftView draft={draft.value} onStarted={onStarted} onDropped={drop} />
      ) : (
        <ChooseFile
          onFile={(file) => {
            draft.value = createDraft(companyId, file);
          }}
        />
      )}
    </div>
  );
}
