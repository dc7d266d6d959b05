import { useSignal } from "@preact/signals";
import type { Webhook } from "../../../api/connect/types.ts";
import { changeWebhook, loadWebhook } from "../../../api/connect/webhooks.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { paths } from "../../../paths.ts";
import { Deliveries } from "./deliveries/deliveries.tsx";
import { WebhookActions } from "./webhook-actions.tsx";
import { WebhookBadge } from "./webhook-badge.tsx";
import { WebhookForm } from "./webhook-form.tsx";

/** A webhook: what it is told, what became of that, and what can be done. */
export function WebhookView({ companyId, id }: { companyId: number; id: number }) {
  const { loaded, reload } = useLoad((signal) => loadWebhook(companyId, id, signal));
  const { state, value: webhook } = loaded.value;
  return (
    <>
      <p>
        <a href={paths.connect(companyId, "webhooks")}>{t("webhooks.back")}</a>
      </p>
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!webhook && state === "loading" && <Loading />}
      {!webhook && state === "ready" && <p class="panel quiet">{t("problem.not_found")}</p>}
      {webhook && (
        <>
          <section class="panel rows">
            <div class="heading">
              <h2 class="file-name">{webhook.url}</h2>
              <WebhookBadge webhook={webhook} />
            </div>
            {webhook.description && <p class="quiet">{webhook.description}</p>}
            <p class="events">
              {webhook.events.map((event) => (
                <code key={event}>{event}</code>
              ))}
            </p>
            {webhook.previous_secret_until && (
              <p class="quiet small">
                {t("webhooks.previous", { time: formatTime(webhook.previous_secret_until) })}
              </p>
            )}
            <WebhookActions companyId={companyId} webhook={webhook} onChanged={reload} />
            <Settings webhook={webhook} onChanged={reload} />
          </section>
          <Deliveries webhookId={id} />
        </>
      )}
    </>
  );
}

/** Its address and events, which can be changed. */
function Settings({ webhook, onChanged }: { webhook: Webhook; onChanged: () => void }) {
  const isOpen = useSignal(false);
  const { id, url, description, events } = webhook;
  return (
    <details
      open={isOpen.value}
      onToggle={({ currentTarget: { open } }) => {
        isOpen.value = open;
      }}
    >
      <summary>{t("webhooks.change")}</summary>
      {isOpen.value && (
        <WebhookForm
          settings={{ url, description, events }}
          go={t("save")}
          onSend={async (settings) => {
            await changeWebhook(id, settings);
            isOpen.value = false;
            onChanged();
          }}
        />
      )}
    </details>
  );
}
