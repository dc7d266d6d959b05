import { Problem } from "../api/problem.ts";
import { isTextKey, t } from "../i18n/text.ts";

/** What a person is told of an error: in their language where it is a common one, else as the API says it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Problem)) return t("problem.unavailable");
  const key = `problem.${error.code}`;
  if (isTextKey(key)) return t(key);
  const fields = error.errors.map(({ detail }) => detail).filter((detail) => !error.message.includes(detail));
  return [error.message, ...fields].join(" ");
}

/** An error, with what can be done. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <strong>{t("problem.title")}</strong>
      <p>{messageOf(error)}</p>
      {onRetry && (
        <div class="actions">
          <button type="button" class="button" onClick={onRetry}>
            {t("retry")}
          </button>
        </div>
      )}
    </div>
  );
}
