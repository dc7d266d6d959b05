import { useSignal } from "@preact/signals";
import { loadDeliveries, redeliver } from "../../../../api/connect/deliveries.ts";
import type { DeliveryStatus } from "../../../../api/connect/types.ts";
import { t } from "../../../../i18n/text.ts";
import { useDoing } from "../../../../parts/doing.ts";
import { Select } from "../../../../parts/field.tsx";
import { useLoad } from "../../../../parts/load.ts";
import { ProblemNotice } from "../../../../parts/problem-notice.tsx";
import { Loading } from "../../../../parts/title.tsx";
import { DeliveryRow } from "./delivery-row.tsx";
import { RedeliverFailed } from "./redeliver-failed.tsx";

const STATUSES: DeliveryStatus[] = ["pending", "delivered", "failed"];

/** What was sent to a webhook, the newest first, and sending it again. */
export function Deliveries({ webhookId }: { webhookId: number }) {
  const status = useSignal<DeliveryStatus | "">("");
  const page = useSignal(1);
  const { problem, run } = useDoing();
  const { loaded, reload } = useLoad((signal) =>
    loadDeliveries(webhookId, { status: status.value, page: page.value }, signal),
  );
  const { state, value } = loaded.value;
  return (
    <section class="panel rows">
      <div class="heading">
        <h2>{t("deliveries.title")}</h2>
        <span class="actions">
          <button type="button" class="button" onClick={reload}>
            {t("deliveries.reload")}
          </button>
        </span>
      </div>
      <div class="fields deliveries-fields">
        <Select
          label={t("deliveries.status")}
          value={status.value}
          options={[
            { value: "", label: t("deliveries.all") },
            ...STATUSES.map((value) => ({ value, label: t(`delivery.${value}`) })),
          ]}
          onChange={(chosen) => {
            status.value = chosen as DeliveryStatus | "";
            page.value = 1;
          }}
        />
        <RedeliverFailed webhookId={webhookId} onSent={reload} />
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!value && state === "loading" && <Loading />}
      {value?.deliveries.length === 0 && <p class="quiet">{t("deliveries.none")}</p>}
      <ul class="list">
        {value?.deliveries.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            onAgain={() => void run(() => redeliver(delivery.id)).then(reload)}
          />
        ))}
      </ul>
      <div class="actions">
        {page.value > 1 && (
          <button type="button" class="button" onClick={() => page.value--}>
            {t("list.newer")}
          </button>
        )}
        {value && value.meta.next_page !== null && (
          <button type="button" class="button" onClick={() => page.value++}>
            {t("list.older")}
          </button>
        )}
      </div>
    </section>
  );
}
