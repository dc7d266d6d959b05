import type { Delivery, DeliveryStatus } from "../../../../api/connect/types.ts";
import { formatTime } from "../../../../i18n/format.ts";
import { t } from "../../../../i18n/text.ts";
import { outcomeText } from "../outcome.ts";

const BADGES: Record<DeliveryStatus, string> = {
  pending: "badge warn",
  delivered: "badge good",
  failed: "badge bad",
};

/** An event on its way, with what came of each try. */
export function DeliveryRow({ delivery, onAgain }: { delivery: Delivery; onAgain: () => void }) {
  const { event, object_id, status, attempts, body, created_at, next_attempt_at } = delivery;
  return (
    <li class="delivery-row">
      <span>
        <code>{event}</code> <span class="quiet small">#{object_id}</span>
      </span>
      <span class="quiet small">{formatTime(created_at)}</span>
      <span class="quiet small">{t("delivery.attempts", { n: attempts.length })}</span>
      <span class={BADGES[status]}>{t(`delivery.${status}`)}</span>
      <span class="actions">
        <button
          type="button"
          class="button plain"
          aria-label={t("delivery.again.of", { event, id: String(object_id) })}
          onClick={onAgain}
        >
          {t("delivery.again")}
        </button>
      </span>
      <details>
        <summary class="small">{t("delivery.details")}</summary>
        <div class="rows delivery-detail">
          <ol class="rows small">
            {attempts.map((attempt) => (
              <li key={attempt.attempted_at} class="rows attempt">
                <span>
                  {formatTime(attempt.attempted_at)} · {outcomeText(attempt)}
                </span>
                {attempt.answer && <code class="answer">{attempt.answer}</code>}
              </li>
            ))}
          </ol>
          {status === "pending" && next_attempt_at && (
            <p class="quiet small">{t("delivery.next", { time: formatTime(next_attempt_at) })}</p>
          )}
          <pre class="snippet">
            <code>{body}</code>
          </pre>
        </div>
      </details>
    </li>
  );
}
