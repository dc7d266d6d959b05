import { useSignal } from "@preact/signals";
import { loadCampaigns } from "../../../api/companies.ts";
import { type Made, makeLink } from "../../../api/connect/keys.ts";
import type { ImportLink, NewImportLink } from "../../../api/connect/types.ts";
import { t } from "../../../i18n/text.ts";
import { useDoing, useIdempotencyKey } from "../../../parts/doing.ts";
import { Input, Select } from "../../../parts/field.tsx";
import { useList } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { dayFromNow, endOfDay } from "../parts/day-end.ts";

/** How long a link is good for where nothing else is said, and at most: what the API allows, in days. */
const USUAL_DAYS = 30;
const LONGEST_DAYS = 365;
const MOST_RECORDS = 1_000_000;

type OnDuplicate = NewImportLink["on_duplicate"];

/** Makes a link for imports. @param onMade gets it with its token. */
export function LinkForm(props: { companyId: number; onMade: (link: Made<ImportLink>) => void }) {
  const { companyId, onMade } = props;
  const campaigns = useList(() => loadCampaigns(companyId));
  const name = useSignal("");
  const origin = useSignal("");
  const campaign = useSignal("");
  const mostRecords = useSignal("10000");
  const onDuplicate = useSignal<OnDuplicate>("skip");
  const day = useSignal(dayFromNow(USUAL_DAYS));
  const { isDoing, problem, run } = useDoing();
  const { keyOf, renew } = useIdempotencyKey();
  const make = () =>
    run(async () => {
      const wanted: NewImportLink = {
        name: name.value.trim(),
        allowed_origin: originOf(origin.value),
        ...(campaign.value && { campaign_id: Number(campaign.value) }),
        most_records: Number(mostRecords.value),
        on_duplicate: onDuplicate.value,
        expires_at: endOfDay(day.value),
      };
      onMade(await makeLink(companyId, wanted, keyOf(wanted)));
      renew();
      name.value = "";
    });
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <div class="fields">
        <Input
          label={t("links.name")}
          value={name.value}
          required
          autocomplete="off"
          placeholder={t("links.name.hint")}
          onInput={(value) => {
            name.value = value;
          }}
        />
        <Input
          label={t("links.origin")}
          type="url"
          value={origin.value}
          required
          placeholder="https://shop.example.com"
          hint={t("links.origin.hint")}
          onInput={(value) => {
            origin.value = value;
          }}
        />
        <Select
          label={t("options.campaign")}
          value={campaign.value}
          options={[
            { value: "", label: t("options.campaign.none") },
            ...campaigns.map(({ id, name: label }) => ({ value: String(id), label })),
          ]}
          onChange={(value) => {
            campaign.value = value;
          }}
        />
        <Select
          label={t("links.duplicate")}
          value={onDuplicate.value}
          options={(["skip", "update", "create"] as const).map((value) => ({
            value,
            label: t(`options.duplicate.${value}`),
          }))}
          onChange={(value) => {
            onDuplicate.value = value as OnDuplicate;
          }}
        />
        <Input
          label={t("links.most")}
          type="number"
          min="1"
          max={String(MOST_RECORDS)}
          value={mostRecords.value}
          required
          onInput={(value) => {
            mostRecords.value = value;
          }}
        />
        <Input
          label={t("keys.expires")}
          type="date"
          min={dayFromNow(0)}
          max={dayFromNow(LONGEST_DAYS)}
          value={day.value}
          required
          onInput={(value) => {
            day.value = value;
          }}
        />
      </div>
      <div class="actions">
        <button type="submit" class="button main" disabled={isDoing.value}>
          {t("links.make")}
        </button>
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}

/** The origin of an address that was copied from a browser; what is none stays, for the API to say so. */
function originOf(text: string): string {
  const url = URL.parse(text.trim());
  return url ? url.origin : text.trim();
}
