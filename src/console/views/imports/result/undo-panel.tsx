import { useSignal } from "@preact/signals";
import type { ImportFile } from "../../../api/import-types.ts";
import { changeImport } from "../../../api/imports.ts";
import { Problem } from "../../../api/problem.ts";
import { t } from "../../../i18n/text.ts";
import { Dialog } from "../../../parts/dialog.tsx";
import { type Loaded, useLoad } from "../../../parts/load.ts";
import { messageOf } from "../../../parts/problem-notice.tsx";
import { countSpared } from "./count-spared.ts";

interface Props {
  file: ImportFile;
  onChanged: (file: ImportFile) => void;
}

/** The way back: what an undo did, or the button for one. */
export function UndoPanel({ file, onChanged }: Props) {
  const isAsking = useSignal(false);
  const { undo } = file;
  if (undo?.status === "completed") {
    return (
      <section class="panel rows">
        <h2>{t("undo.done")}</h2>
        <p>
          {t("undo.deleted", { n: undo.deleted_records })} {t("undo.restored", { n: undo.restored_records })}{" "}
          {undo.spared_records > 0 && t("undo.spared", { n: undo.spared_records })}
        </p>
        {undo.spared_file && (
          <div class="actions">
            <a class="button" href={undo.spared_file} download>
              {t("undo.spared.file")}
            </a>
          </div>
        )}
      </section>
    );
  }
  const isDry = file.dry_run || file.status_name === "validated";
  if (undo || isDry || file.created_records + file.updated_records === 0) return null;
  return (
    <section class="panel heading">
      <div>
        <h2>{t("undo.title")}</h2>
        <p class="quiet">{t("undo.text")}</p>
      </div>
      <span class="actions">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {t("undo.ask")}
        </button>
      </span>
      {isAsking.value && (
        <UndoDialog
          file={file}
          onChanged={onChanged}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      )}
    </section>
  );
}

/** What an undo would do, before it is done. */
function UndoDialog({ file, onChanged, onClose }: Props & { onClose: () => void }) {
  const problem = useSignal<unknown>(null);
  const isWorking = useSignal(false);
  const spared = useLoad((signal) => countSpared(file, signal)).loaded.value;
  const isBuiltOn = problem.value instanceof Problem && problem.value.code === "import_built_on";
  const undo = async () => {
    isWorking.value = true;
    try {
      const query: Record<string, string> = isBuiltOn ? { later_imports: "spare" } : {};
      onChanged(await changeImport(file.import_code, "undo", query));
      onClose();
    } catch (error) {
      problem.value = error;
    }
    isWorking.value = false;
  };
  return (
    <Dialog title={t("undo.title")} onClose={onClose}>
      <ul class="rows">
        {file.created_records > 0 && <li>{t("undo.will.delete", { n: file.created_records })}</li>}
        {file.updated_records > 0 && <li>{t("undo.will.restore", { n: file.updated_records })}</li>}
        <li role="status">{sparedText(spared)}</li>
      </ul>
      {problem.value !== null && (
        <p class="notice bad" role="alert">
          {messageOf(problem.value)}
        </p>
      )}
      <div class="actions">
        <button type="button" class="button danger" disabled={isWorking.value} onClick={() => void undo()}>
          {t(isBuiltOn ? "undo.go.spare" : "undo.go")}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t("cancel")}
        </button>
      </div>
    </Dialog>
  );
}

function sparedText({ state, value: n }: Loaded<number>): string {
  if (n === null) return t(state === "failed" ? "undo.will.spare.unknown" : "loading");
  return n === 0 ? t("undo.will.spare.none") : t("undo.will.spare", { n });
}
