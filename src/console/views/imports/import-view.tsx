import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { changeImport } from "../../api/imports.ts";
import { Problem } from "../../api/problem.ts";
import { mayManage } from "../../company.ts";
import { formatBytes, formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { ParentChoice, parentsInDoubt } from "../../parts/parent-choice.tsx";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading, Title } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { navigate } from "../../router.ts";
import { followImport } from "./follow-import.ts";
import { DryRunPanel } from "./result/dry-run-panel.tsx";
import { Errors } from "./result/errors.tsx";
import { ImportNotices } from "./result/import-notices.tsx";
import { importedLeads } from "./result/imported-leads.ts";
import { Ledger } from "./result/ledger.tsx";
import { ProgressPanel } from "./result/progress-panel.tsx";
import { UndoPanel } from "./result/undo-panel.tsx";
import { isMoving, StatusBadge } from "./status-badge.tsx";

/** One import: how far it is, what became of its records, what is wrong with some, and the way back. */
export default function ImportView({ companyId, code }: { companyId: number; code: string }) {
  const followed = useMemo(() => followImport(code), [code]);
  useEffect(() => followed.stop, [followed]);
  const problem = useSignal<unknown>(null);
  const file = followed.file.value;
  const change = async (verb: "cancel" | "retry" | "commit") => {
    problem.value = null;
    try {
      followed.replace(await changeImport(code, verb));
    } catch (error) {
      problem.value = error;
      // Another tab may have done it: then it is shown as it is now.
      if (error instanceof Problem && error.status === 409) followed.start();
    }
  };
  if (!file) {
    return followed.problem.value ? (
      <ProblemNotice error={followed.problem.value} onRetry={followed.start} />
    ) : (
      <Loading />
    );
  }
  const parents = mayManage.value ? parentsInDoubt(file.failure) : [];
  const isRunning = file.status_name === "pending" || file.status_name === "processing";
  const isRetryable = file.status_name === "cancelled" || file.failure?.code === "processing_failed";
  return (
    <div class="stack">
      <div class="rows">
        <Title text={file.file.name}>
          <StatusBadge file={file} />
          <span class="actions">
            {mayManage.value && isRunning && (
              <button type="button" class="button" onClick={() => void change("cancel")}>
                {t("imports.cancel")}
              </button>
            )}
            {mayManage.value && isRetryable && file.undo === null && (
              <button type="button" class="button" onClick={() => void change("retry")}>
                {t("imports.retry")}
              </button>
            )}
            {file.original_file && (
              <a class="button" href={file.original_file} download={file.file.name}>
                {t("imports.original")}
              </a>
            )}
          </span>
        </Title>
        <p class="quiet">
          {formatBytes(file.file.bytes)} · {formatTime(file.created_at)}
          {file.imported_by && ` · ${file.imported_by.full_name}`}
        </p>
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {followed.problem.value !== null && (
        <ProblemNotice error={followed.problem.value} onRetry={followed.start} />
      )}
      {parents.length > 0 && (
        <ParentChoice
          codes={parents}
          onChoose={({ import_code }) => navigate(paths.newImport(companyId, import_code))}
        />
      )}
      <ImportNotices file={file} isFailureTold={parents.length > 0} />
      {file.parent_import_code && (
        <p class="notice">
          {t("imports.parent")}{" "}
          <a href={paths.import(companyId, file.parent_import_code)}>{t("imports.same.link")}</a>
        </p>
      )}
      {file.same_file_as && (
        <p class="notice">
          {t("imports.same")}{" "}
          <a href={paths.import(companyId, file.same_file_as)}>{t("imports.same.link")}</a>
        </p>
      )}
      <ProgressPanel file={file} note={t("progress.closes")} />
      <DryRunPanel file={file} mayCommit={mayManage.value} onCommit={() => change("commit")} />
      <Ledger
        file={file}
        leadsAt={(outcome) =>
          paths.leads(companyId, `?${new URLSearchParams(importedLeads(file.import_code, outcome))}`)
        }
      />
      {file.failed_records + file.warning_records > 0 && !isMoving(file) && (
        <Errors key={file.status_name} file={file} companyId={companyId} />
      )}
      {mayManage.value && !isRunning && <UndoPanel file={file} onChanged={followed.replace} />}
    </div>
  );
}
