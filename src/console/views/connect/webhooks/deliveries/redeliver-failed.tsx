import { useSignal } from "@preact/signals";
import { redeliverFailed } from "../../../../api/connect/deliveries.ts";
import { t } from "../../../../i18n/text.ts";
import { useDoing } from "../../../../parts/doing.ts";
import { Input } from "../../../../parts/field.tsx";
import { ProblemNotice } from "../../../../parts/problem-notice.tsx";
import { dayFromNow } from "../../parts/day-end.ts";

/** How far back one looks at first, in days. */
const USUAL_DAYS = 3;

/** Sends again all that was given up since a day. */
export function RedeliverFailed({ webhookId, onSent }: { webhookId: number; onSent: () => void }) {
  const since = useSignal(dayFromNow(-USUAL_DAYS));
  const sent = useSignal<number | null>(null);
  const { isDoing, problem, run } = useDoing();
  const send = () =>
    run(async () => {
      sent.value = null;
      sent.value = await redeliverFailed(webhookId, new Date(`${since.value}T00:00:00`).toISOString());
      onSent();
    });
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="inline-form">
        <Input
          label={t("deliveries.since")}
          type="date"
          max={dayFromNow(0)}
          value={since.value}
          required
          onInput={(value) => {
            since.value = value;
          }}
        />
        <button type="submit" class="button" disabled={isDoing.value}>
          {t("deliveries.again.failed")}
        </button>
      </div>
      <p class="small" role="status">
        {sent.value !== null && t("deliveries.sent", { n: sent.value })}
      </p>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}
