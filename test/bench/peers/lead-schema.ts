import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js";
import * as z from "zod";

/** The columns that the server knows, by their header. */
export const COLUMNS: Record<string, string> = {
  "Correo electrónico": "email",
  Teléfono: "phone",
  Nombre: "first_name",
  Apellidos: "last_name",
  Empresa: "company_name",
  Cargo: "job_title",
  Ciudad: "city",
  Estado: "state",
  País: "country",
  Fuente: "source",
  Etapa: "stage",
  Notas: "notes",
  "ID externo": "external_id",
  budget: "budget",
  interests: "interests",
  team_size: "team_size",
  wants_demo: "wants_demo",
};

const COUNTRIES: Record<string, CountryCode> = {
  México: "MX",
  Brasil: "BR",
  España: "ES",
  Portugal: "PT",
  "United States": "US",
};
const STAGES = new Set(["new", "contacted", "qualified", "proposal", "negotiation", "won", "lost"]);
const BUDGETS = optionsOf({
  under_10k: "Under 10,000",
  "10k_50k": "10,000 to 50,000",
  over_50k: "Over 50,000",
});
const INTERESTS = optionsOf({
  crm: "CRM",
  ads: "Advertising",
  seo: "Search engine optimisation",
  email: "E-mail marketing",
});
const YES = new Set(["sí", "si", "yes", "true", "1"]);
const NO = new Set(["no", "false", "0"]);

const EMAIL = z.email();
const text = (length: number) =>
  z
    .string()
    .trim()
    .max(length)
    .transform((value) => value.replaceAll("\r\n", "\n") || null)
    .optional();

const Row = z.object({
  email: text(254),
  phone: text(40),
  first_name: text(200),
  last_name: text(200),
  company_name: text(200),
  job_title: text(200),
  city: text(200),
  state: text(200),
  country: text(200),
  source: text(200),
  stage: text(100),
  notes: text(10_000),
  external_id: text(200),
  budget: text(500),
  interests: text(500),
  team_size: text(100),
  wants_demo: text(100),
});

/** Why a record becomes no lead. */
export class Rejection {
  readonly code: string;
  readonly reason: string;
  constructor(code: string, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

/** A lead as it is inserted. */
export interface Lead {
  values: (string | null)[];
  dedupeKey: string;
  warning: boolean;
}

/**
 * Cleans and checks a record.
 *
 * @param cells by the column's name.
 * @param custom cells of columns that the server does not know, by header.
 */
export function cleanLead(
  cells: Record<string, string>,
  custom: Record<string, string>,
  country: CountryCode,
): Lead | Rejection {
  const parsed = Row.safeParse(cells);
  if (!parsed.success) return new Rejection("invalid", parsed.error.issues[0]?.message ?? "");
  const row = parsed.data;
  const email = row.email ? row.email.toLowerCase() : null;
  if (email && !EMAIL.safeParse(email).success) {
    return new Rejection("invalid_email", `“${row.email}” is no e-mail address`);
  }
  const phone = row.phone ? readPhone(row.phone, COUNTRIES[row.country ?? ""] ?? country) : null;
  const dedupeKey = email ?? phone;
  if (dedupeKey === null) {
    return row.phone
      ? new Rejection("invalid_phone", `“${row.phone}” is no phone number`)
      : new Rejection("missing_contact", "An e-mail address or a phone number is needed");
  }

  const answers: Record<string, unknown> = {};
  let warning = Boolean(row.phone && !phone);
  const keep = (key: string, value: string) => {
    custom[key] = value;
    warning = true;
  };
  if (row.budget) {
    const value = BUDGETS.get(row.budget.toLowerCase());
    if (value) answers.budget = value;
    else keep("budget", row.budget);
  }
  if (row.interests) {
    const values = row.interests.split(/[;|]/).map((name) => INTERESTS.get(name.trim().toLowerCase()));
    if (values.every((value) => value !== undefined)) answers.interests = values;
    else keep("interests", row.interests);
  }
  if (row.team_size) {
    const value = Number(row.team_size);
    if (Number.isFinite(value)) answers.team_size = value;
    else keep("team_size", row.team_size);
  }
  if (row.wants_demo) {
    const value = row.wants_demo.toLowerCase();
    if (YES.has(value)) answers.wants_demo = true;
    else if (NO.has(value)) answers.wants_demo = false;
    else keep("wants_demo", row.wants_demo);
  }
  let stage = row.stage ? row.stage.toLowerCase() : "new";
  if (!STAGES.has(stage)) {
    keep("stage", row.stage ?? "");
    stage = "new";
  }

  return {
    dedupeKey,
    warning,
    values: [
      dedupeKey,
      email,
      phone,
      phone ? null : (row.phone ?? null),
      row.first_name ?? null,
      row.last_name ?? null,
      row.company_name ?? null,
      row.job_title ?? null,
      row.city ?? null,
      row.state ?? null,
      row.country ?? null,
      row.source ?? null,
      stage,
      row.notes ?? null,
      row.external_id ?? null,
      JSON.stringify(answers),
      JSON.stringify(custom),
    ],
  };
}

/** @returns the number in E.164, `null` for what is none. */
function readPhone(value: string, country: CountryCode): string | null {
  const international = value.startsWith("00") ? `+${value.slice(2)}` : value;
  const phone = parsePhoneNumberFromString(international, country);
  return phone?.isValid() ? phone.number : null;
}

function optionsOf(labels: Record<string, string>): Map<string, string> {
  return new Map(
    Object.entries(labels).flatMap(([value, label]) => [
      [value, value],
      [label.toLowerCase(), value],
    ]),
  );
}
