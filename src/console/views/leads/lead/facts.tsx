import { loadQuestions } from "../../../api/companies.ts";
import type { AnswerValue, Lead } from "../../../api/types.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { useList } from "../../../parts/load.ts";
import { targetName } from "../../import/columns/targets.ts";

const FIELDS = [
  "email",
  "phone",
  "phone_raw",
  "company_name",
  "job_title",
  "city",
  "state",
  "country",
  "website",
  "source",
  "external_id",
] as const;

/** All that is known of a lead. */
export function Facts({ lead }: { lead: Lead }) {
  const questions = useList(async () => (lead.campaign_id === null ? [] : loadQuestions(lead.campaign_id)));
  const answers = Object.entries(lead.answers);
  const custom = Object.entries(lead.custom_fields);
  return (
    <section class="panel stack">
      <h2>{t("lead.facts")}</h2>
      <dl class="facts">
        {FIELDS.filter((key) => lead[key]).map((key) => (
          <div key={key}>
            <dt>{targetName(key)}</dt>
            <dd>
              <FieldValue name={key} value={lead[key] ?? ""} />
            </dd>
          </div>
        ))}
        {lead.tags.length > 0 && (
          <div>
            <dt>{t("field.tags")}</dt>
            <dd class="actions">
              {lead.tags.map((tag) => (
                <span key={tag} class="badge">
                  {tag}
                </span>
              ))}
            </dd>
          </div>
        )}
        {lead.notes && (
          <div>
            <dt>{t("field.notes")}</dt>
            <dd class="text">{lead.notes}</dd>
          </div>
        )}
      </dl>
      {answers.length > 0 && (
        <>
          <h3>{t("lead.answers")}</h3>
          <dl class="facts">
            {answers.map(([key, value]) => {
              const question = questions.find((one) => one.key === key);
              const label = (one: string) =>
                question?.options.find((option) => option.value === one)?.label ?? one;
              return (
                <div key={key}>
                  <dt>{question?.text ?? key}</dt>
                  <dd>{answerText(value, label)}</dd>
                </div>
              );
            })}
          </dl>
        </>
      )}
      {custom.length > 0 && (
        <>
          <h3>{t("lead.custom")}</h3>
          <dl class="facts">
            {custom.map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd class="text">{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function FieldValue({ name, value }: { name: string; value: string }) {
  if (name === "email") return <a href={`mailto:${value}`}>{value}</a>;
  if (name === "phone") return <a href={`tel:${value}`}>{value}</a>;
  if (name === "website" && value.startsWith("https://")) {
    return (
      <a href={value} target="_blank" rel="noreferrer noopener">
        {value}
      </a>
    );
  }
  return <>{value}</>;
}

function answerText(value: AnswerValue, label: (value: string) => string): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return formatNumber(value);
  return [value].flat().map(label).join(", ");
}
