import { useSignal } from "@preact/signals";
import type { Made } from "../../../api/connect/keys.ts";
import type { Webhook, WebhookSettings } from "../../../api/connect/types.ts";
import { loadWebhooks, makeWebhook } from "../../../api/connect/webhooks.ts";
import { t } from "../../../i18n/text.ts";
import { useIdempotencyKey } from "../../../parts/doing.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { paths } from "../../../paths.ts";
import { ShownOnce } from "../parts/shown-once.tsx";
import { WebhookBadge } from "./webhook-badge.tsx";
import { WebhookForm } from "./webhook-form.tsx";

/** The webhooks of a company: addresses that are told what happens. */
export function WebhooksView({ companyId }: { companyId: number }) {
  const made = useSignal<Made<Webhook> | null>(null);
  const { keyOf, renew } = useIdempotencyKey();
  const { loaded, reload } = useLoad(() => loadWebhooks(companyId));
  const { state, value } = loaded.value;
  const make = async (settings: WebhookSettings) => {
    made.value = await makeWebhook(companyId, settings, keyOf(settings));
    renew();
    reload();
  };
  return (
    <>
      <section class="panel rows">
        <h2>{t("webhooks.new")}</h2>
        <p class="quiet">{t("webhooks.text")}</p>
        {made.value ? (
          <ShownOnce
            title={t("webhooks.made")}
            secret={made.value.secret}
            lost={t("webhooks.lost")}
            onDone={() => {
              made.value = null;
            }}
          />
        ) : (
          <WebhookForm go={t("webhooks.make")} onSend={make} />
        )}
      </section>
      <section class="panel rows">
        <h2>{t("webhooks.title")}</h2>
        {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
        {!value && state === "loading" && <Loading />}
        {value?.length === 0 && <p class="quiet">{t("webhooks.none")}</p>}
        <ul class="list">
          {value?.map((webhook) => (
            <li key={webhook.id} class="webhook-row">
              <span class="rows person-name">
                <a href={paths.webhook(companyId, webhook.id)}>
                  <strong>{webhook.url}</strong>
                </a>
                <span class="quiet small">{webhook.description}</span>
              </span>
              <span class="quiet small">{t("webhooks.events.count", { n: webhook.events.length })}</span>
              <span>
                <WebhookBadge webhook={webhook} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
