import type { ColumnMapping } from "../../../api/import-types.ts";
import type { Question } from "../../../api/types.ts";
import { isTextKey, t } from "../../../i18n/text.ts";

/** Before the name of a custom field, in a mapping. */
const CUSTOM = "custom_fields.";

/** What a column can become besides answers and custom fields, the most usual first. */
const LEAD_TARGETS = [
  "email",
  "phone",
  "full_name",
  "first_name",
  "last_name",
  "company_name",
  "job_title",
  "city",
  "state",
  "country",
  "website",
  "source",
  "stage",
  "tags",
  "notes",
  "external_id",
];

/** Whether a target is a field of the lead or a custom one: any other is a question. */
export function isFieldTarget(target: string): boolean {
  return LEAD_TARGETS.includes(target) || target.startsWith(CUSTOM);
}

/** A group of choices for what a column becomes. */
export interface TargetGroup {
  label: string;
  targets: { value: string; label: string }[];
}

/** All that the column of a header can become. The empty value leaves it out. */
export function targetGroups(header: string, target: string | null, questions: Question[]): TargetGroup[] {
  const custom = target?.startsWith(CUSTOM) ? target : `${CUSTOM}${header}`;
  return [
    {
      label: t("target.group.other"),
      targets: [
        { value: custom, label: t("target.custom", { name: custom.slice(CUSTOM.length) }) },
        { value: "", label: t("target.left_out") },
      ],
    },
    {
      label: t("target.group.lead"),
      targets: LEAD_TARGETS.map((value) => ({ value, label: targetName(value) })),
    },
    ...(questions.length > 0
      ? [
          {
            label: t("target.group.questions"),
            targets: questions.map(({ key, text }) => ({ value: key, label: text })),
          },
        ]
      : []),
  ];
}

/** What a person calls a field of a lead. */
export function targetName(target: string): string {
  const key = `field.${target}`;
  return isTextKey(key) ? t(key) : target;
}

/** A mapping of a column with another target; its values belong to the one before. */
export function withTarget(mapping: ColumnMapping | undefined, to: string | null): ColumnMapping {
  const rule = typeof mapping === "object" ? mapping?.rule : undefined;
  return rule ? { to, rule } : to;
}

/** A mapping of a column with something changed beside the target. */
export function withDetails(
  mapping: ColumnMapping | undefined,
  target: string | null,
  details: Omit<Exclude<ColumnMapping, string | null>, "to">,
): ColumnMapping {
  const before = typeof mapping === "object" ? mapping : null;
  return { ...before, to: target, ...details };
}
