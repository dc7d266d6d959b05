import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ImportFile } from "../console/api/import-types.ts";
import { changeImport } from "../console/api/imports.ts";
import { Problem } from "../console/api/problem.ts";
import { t } from "../console/i18n/text.ts";
import { ProblemNotice } from "../console/parts/problem-notice.tsx";
import { Loading } from "../console/parts/title.tsx";
import { followImport } from "../console/views/imports/follow-import.ts";
import { DryRunPanel } from "../console/views/imports/result/dry-run-panel.tsx";
import { ErrorGroups } from "../console/views/imports/result/error-groups.tsx";
import { ImportNotices } from "../console/views/imports/result/import-notices.tsx";
import { Ledger } from "../console/views/imports/result/ledger.tsx";
import { ProgressPanel } from "../console/views/imports/result/progress-panel.tsx";
import { isMoving, StatusBadge } from "../console/views/imports/status-badge.tsx";
import { failureOf, ledgerOf, type Tell } from "./tell.ts";

interface Props {
  code: string;
  tell: Tell;
  /** Begins with another file. @param of the import whose rejected records it has, where it has some. */
  onAgain: (of: ImportFile | null) => void;
}

/** A file that was sent: its check, its import, and what became of its records. */
export function RunStep({ code, tell, onAgain }: Props) {
  const followed = useMemo(() => followImport(code), [code]);
  useEffect(() => followed.stop, [followed]);
  const failed = useSignal<unknown>(null);
  const file = followed.file.value;
  const problem = failed.value ?? followed.problem.value;
  useTold(file, problem, tell);
  const heading = useRef<HTMLHeadingElement>(null);
  // What was focused went with the step before, or with the button that was pressed.
  useEffect(() => heading.current?.focus(), [file?.status_name]);

  const change = async (verb: "cancel" | "commit") => {
    failed.value = null;
    try {
      followed.replace(await changeImport(code, verb));
    } catch (error) {
      failed.value = error;
      // Another tab may have done it: then it is shown as it is now.
      if (error instanceof Problem && error.status === 409) followed.start();
    }
  };
  const retry = failed.value === null ? { onRetry: followed.start } : {};
  if (!file) return problem === null ? <Loading /> : <ProblemNotice error={problem} {...retry} />;
  const isGoing = isMoving(file);
  return (
    <>
      <div class="heading">
        <h2 class="file-name" ref={heading} tabIndex={-1}>
          {file.file.name}
        </h2>
        <StatusBadge file={file} />
        <span class="actions">
          {isGoing && (
            <button type="button" class="button" onClick={() => void change("cancel")}>
              {t("imports.cancel")}
            </button>
          )}
          {!isGoing && (
            <button type="button" class="button" onClick={() => onAgain(null)}>
              {t("file.another")}
            </button>
          )}
        </span>
      </div>
      {problem !== null && <ProblemNotice error={problem} {...retry} />}
      <ImportNotices file={file} />
      <ProgressPanel file={file} note={t(file.dry_run ? "embed.checking" : "embed.importing")} />
      {!isGoing && <DryRunPanel file={file} mayCommit onCommit={() => change("commit")} />}
      <Ledger file={file} />
      {!isGoing && file.failed_records + file.warning_records > 0 && (
        <div class="panel stack" key={file.status_name}>
          <div class="heading">
            <h2>{t("errors.title")}</h2>
            {file.error_file && <Corrections file={file} url={file.error_file} onAgain={onAgain} />}
          </div>
          <ErrorGroups code={code} />
        </div>
      )}
    </>
  );
}

/** The error file, and the place where it comes back. */
function Corrections({ file, url, onAgain }: { file: ImportFile; url: string; onAgain: Props["onAgain"] }) {
  return (
    <>
      {!file.dry_run && <span class="quiet">{t("embed.corrected")}</span>}
      <span class="actions">
        <a class="button" href={url} download>
          {t("errors.file")}
        </a>
        {!file.dry_run && (
          <button type="button" class="button" onClick={() => onAgain(file)}>
            {t("errors.again")}
          </button>
        )}
      </span>
    </>
  );
}

/** Tells the page once how an import ended, and each time that something goes wrong. */
function useTold(file: ImportFile | null, problem: unknown, tell: Tell): void {
  useEffect(() => {
    if (problem !== null) tell("error", failureOf(problem));
  }, [problem, tell]);
  const status = file?.status_name;
  const isEnded = file !== null && !file.dry_run && !isMoving(file);
  // As it ends, not with each look at it.
  useEffect(() => {
    if (file?.failure) tell("error", { code: file.failure.code, message: file.failure.detail });
    else if (file && isEnded) tell("done", ledgerOf(file));
  }, [status, isEnded, tell]);
}
