import { useSignal } from "@preact/signals";
import { type Made, makeKey } from "../../../api/connect/keys.ts";
import { type ApiKey, type KeyRole, type NewApiKey, SCOPES, type Scope } from "../../../api/connect/types.ts";
import { company } from "../../../company.ts";
import { t } from "../../../i18n/text.ts";
import { useDoing, useIdempotencyKey } from "../../../parts/doing.ts";
import { Input, Select } from "../../../parts/field.tsx";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Checks } from "../parts/checks.tsx";
import { dayFromNow, endOfDay } from "../parts/day-end.ts";

/** The roles of keys that the person may make, the weakest first: as the API has it. */
export function grantableRoles(): KeyRole[] {
  const below: KeyRole[] = ["viewer", "agent"];
  return company.value?.access === "owner" ? [...below, "manager"] : below;
}

/** Makes an API key. @param onMade gets it with its secret. */
export function KeyForm({ companyId, onMade }: { companyId: number; onMade: (key: Made<ApiKey>) => void }) {
  const name = useSignal("");
  const role = useSignal<KeyRole>("viewer");
  const isLimited = useSignal(false);
  const scopes = useSignal<Scope[]>([]);
  const day = useSignal("");
  const { isDoing, problem, run } = useDoing();
  const { keyOf, renew } = useIdempotencyKey();
  const lacksScopes = isLimited.value && scopes.value.length === 0;
  const make = () =>
    run(async () => {
      const wanted: NewApiKey = {
        name: name.value.trim(),
        role: role.value,
        ...(isLimited.value && { scopes: scopes.value }),
        ...(day.value && { expires_at: endOfDay(day.value) }),
      };
      onMade(await makeKey(companyId, wanted, keyOf(wanted)));
      renew();
      name.value = "";
    });
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        if (!lacksScopes) void make();
      }}
    >
      <div class="fields">
        <Input
          label={t("keys.name")}
          value={name.value}
          required
          autocomplete="off"
          placeholder={t("keys.name.hint")}
          onInput={(value) => {
            name.value = value;
          }}
        />
        <Select
          label={t("keys.role")}
          value={role.value}
          options={grantableRoles().map((value) => ({ value, label: t(`access.${value}`) }))}
          onChange={(value) => {
            role.value = value as KeyRole;
          }}
          hint={t(`keys.role.${role.value}.hint`)}
        />
        <Select
          label={t("keys.scopes")}
          value={isLimited.value ? "some" : "all"}
          options={[
            { value: "all", label: t("keys.scopes.all") },
            { value: "some", label: t("keys.scopes.some") },
          ]}
          onChange={(value) => {
            isLimited.value = value === "some";
          }}
        />
        <Input
          label={t("keys.expires")}
          type="date"
          min={dayFromNow(0)}
          value={day.value}
          hint={t("keys.expires.hint")}
          onInput={(value) => {
            day.value = value;
          }}
        />
      </div>
      {isLimited.value && (
        <Checks
          label={t("keys.scopes.these")}
          choices={SCOPES}
          chosen={scopes.value}
          onChange={(chosen) => {
            scopes.value = chosen;
          }}
        />
      )}
      <div class="actions">
        <button type="submit" class="button main" disabled={isDoing.value || lacksScopes}>
          {t("keys.make")}
        </button>
        {lacksScopes && <span class="quiet small">{t("keys.scopes.none")}</span>}
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}
