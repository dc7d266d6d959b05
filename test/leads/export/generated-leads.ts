import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { cleanCell } from "../../../src/leads/normalize/clean-cell.ts";
import { readPhone } from "../../../src/leads/normalize/phone/read-phone.ts";
import { isPlaceholder } from "../../../src/leads/normalize/placeholders.ts";
import { below, pick, type Random, randomOf } from "../../fixtures/random.ts";
import { createCampaign, type TestCompany } from "../../harness/factories.ts";
import { hostileText } from "../../imports/seeded-random.ts";

export const LEADS = 10_000;

/** What one company and the other are asked, and what is answered. */
const QUESTIONS = [
  { key: "budget", kind: "single_choice", options: ["10k", "=1+1", "x;y", "Año, mes"] },
  { key: "channels", kind: "multiple_choice", options: ["a,b", "whats app", "-5", "'quoted'", "semi;colon"] },
  { key: "remark", kind: "text" },
  { key: "score", kind: "number" },
  { key: "birthday", kind: "date" },
  { key: "vip", kind: "boolean" },
] as const;

const TEXTS = [
  '"Quoted" and ""twice""',
  "two\nlines\n\nand more",
  "=cmd|' /C calc'!A0",
  "+1 -1 @here",
  "'Ana with an apostrophe",
  "''two",
  "Ñandú, Ação, naïve, Zoë, Łódź",
  "👩‍👩‍👧 and 🇲🇽 and 👍🏽",
  "مرحبا بالعالم",
  "שלום, עולם",
  "tab\there",
  "semi;colon|pipe,comma",
  "  two  spaces  inside  ",
  "\u200Bzero width\u200B",
  "-",
  "=",
  "0012",
  "1,234.50",
  "NULL",
  "漢字かな交じり文",
  "x".repeat(250),
];
export const FIELD_NAMES = [
  "Canal favorito",
  "stage",
  "email",
  "Email",
  "Nombre completo",
  "name",
  "budget",
  "Budget",
  "_row",
  "__proto__",
  "constructor",
  "custom_fields.stage",
  "=SUM(A1)",
  "a, b; c",
  "two\nlines",
  "Teléfono",
  "column_3",
  "phone (2)",
];
const PHONES = ["+525512345678", "+525587654321", "+34612345678", "+5511987654321"];
const WRITTEN = ["55 1234 5678 ext. 12", "+34 612 345 678 (Ana)", "casa: 55 8765 4321"];

/** Text as the store has it: cleaned, where it is none `null`. */
function textOf(random: Random): string | null {
  if (random() < 0.3) return null;
  const text = random() < 0.7 ? pick(random, TEXTS as [string, ...string[]]) : hostileText(random);
  return cleanCell(text.slice(0, 255));
}

/** The same in a column of the lead's own, where `-` is an empty cell. */
function ownTextOf(random: Random): string | null {
  const text = textOf(random);
  return text !== null && isPlaceholder(text) ? null : text;
}

/** A name with letters and no address in it: else it is read as a contact, and its record says so. */
function nameOf(random: Random): string | null {
  const text = cleanCell(ownTextOf(random)?.replaceAll("@", "a") ?? "");
  return text !== null && /\p{L}/u.test(text) ? text : null;
}

function contactOf(random: Random, n: number) {
  const email = random() < 0.8 ? `lead-${n}@${random() < 0.1 ? "exámple" : "example"}.test` : null;
  if (email !== null && random() < 0.3) return { email, phone: null, phoneRaw: null };
  if (email !== null && random() < 0.2) return { email, phone: null, phoneRaw: "ask at the desk" };
  if (email !== null && random() < 0.2) {
    const written = pick(random, WRITTEN as [string, ...string[]]);
    return {
      email,
      phone: readPhone(written.replace(/^casa: /, ""), { country: "MX" })?.number ?? null,
      phoneRaw: written,
    };
  }
  const phone = email === null ? `+5255${10_000_000 + n}` : pick(random, PHONES as [string, ...string[]]);
  return { email, phone, phoneRaw: null };
}

function answersOf(random: Random): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const question of QUESTIONS) {
    if (random() < 0.4) continue;
    const answer = answerTo(random, question);
    if (answer !== null) answers[question.key] = answer;
  }
  return answers;
}

function answerTo(random: Random, question: (typeof QUESTIONS)[number]): unknown {
  switch (question.kind) {
    case "single_choice":
      return pick(random, question.options);
    case "multiple_choice": {
      const chosen = question.options.filter(() => random() < 0.4);
      return chosen.length > 0 ? chosen : null;
    }
    case "text":
      return textOf(random);
    case "number":
      return pick(random, [
        0,
        -5,
        1234.567,
        1e-7,
        -2.5e-9,
        0.1 + 0.2,
        9_007_199_254_740_991,
        1234,
        1_000_000,
      ]);
    case "date":
      return new Date(below(random, 2e12)).toISOString().slice(0, 10);
    case "boolean":
      return random() < 0.5;
  }
}

function customOf(random: Random): Record<string, string> | null {
  const entries = new Map<string, string>();
  for (let n = below(random, 5); n > 0; n--) {
    const text = textOf(random);
    if (text !== null) entries.set(pick(random, FIELD_NAMES as [string, ...string[]]), text);
  }
  return entries.size > 0 ? Object.fromEntries(entries) : null;
}

export async function createQuestions(company: TestCompany) {
  const db = openLeads(company.database);
  const { id: campaignId } = await createCampaign(company);
  const ids = new Map<string, number>();
  for (const [position, question] of QUESTIONS.entries()) {
    const { key, kind } = question;
    const [row] = await db
      .insert(questions)
      .values({ companyId: company.id, campaignId, key, kind, text: key, position })
      .returning();
    if (!row) throw new Error("no question");
    ids.set(key, row.id);
    for (const [index, value] of ("options" in question ? question.options : []).entries()) {
      const label = `Label ${index + 1}`;
      await db
        .insert(questionOptions)
        .values({ companyId: company.id, questionId: row.id, value, label, position: index });
    }
  }
  return { campaignId, ids };
}

export const COLUMNS = `email, phone, phone_raw, first_name, last_name, company_name, job_title, city, state, country, source,
  stage_id, notes, external_id`;

/** Writes the leads as an import would have: some of them copies of the lead before. */
export async function fill(
  company: TestCompany,
  campaignId: number,
  ids: Map<string, number>,
): Promise<void> {
  const rows: unknown[][] = [];
  for (let n = 0; n < LEADS; n++) {
    const random = randomOf(20_260_301, n);
    const { email, phone, phoneRaw } = contactOf(random, n);
    const before = rows.at(-1);
    const isCopy = before !== undefined && before[18] === null && random() < 0.03;
    const contact = isCopy ? before.slice(0, 3) : [email, phone, phoneRaw];
    const answers = Object.entries(answersOf(random)).map(([key, answer]) => [ids.get(key), answer]);
    const custom = customOf(random);
    rows.push([
      ...contact,
      ...[nameOf(random), nameOf(random)],
      ...Array.from({ length: 4 }, () => ownTextOf(random)),
      // A country says how phones are read, so it is one that agrees with them.
      random() < 0.5 ? "MX" : null,
      ownTextOf(random),
      1 + below(random, 7),
      textOf(random),
      random() < 0.5 ? `${n} ${"é".repeat(below(random, 9))}`.trim() : null,
      answers.length > 0 ? JSON.stringify(Object.fromEntries(answers)) : null,
      custom && JSON.stringify(custom),
      contact[0] ?? contact[1],
      1_700_000_000_000 + Math.floor(n / 3),
      isCopy ? n - 1 : null,
    ]);
  }
  const at = Array.from({ length: 16 }, (_, n) => `value->>${n}`).join(", ");
  for (let n = 0; n < LEADS; n += 500) {
    await company.database
      .prepare(
        `INSERT INTO leads (${COLUMNS}, answers, custom_fields, created_at, updated_at, company_id,
           campaign_id, duplicate_of)
         SELECT ${at}, value->>17, value->>17, ?2, ?3, NULL FROM json_each(?1) WHERE value->>18 IS NULL`,
      )
      .bind(JSON.stringify(rows.slice(n, n + 500)), company.id, campaignId)
      .run();
  }
  // The copies come last, when the leads that they point to have ids; their time puts them where they belong.
  await company.database
    .prepare(
      `INSERT INTO leads (${COLUMNS}, answers, custom_fields, created_at, updated_at, company_id,
         campaign_id, duplicate_of)
       SELECT ${at}, value->>17, value->>17, ?2, ?3,
         (SELECT id FROM leads WHERE company_id = ?2 AND coalesce(email, phone) = value->>16 AND duplicate_of IS NULL)
       FROM json_each(?1)`,
    )
    .bind(JSON.stringify(rows.filter((row) => row[18] !== null)), company.id, campaignId)
    .run();
}

/** What an import could take for several tags, for a list of JSON, or for no tag. */
export const TAGS = [
  "vip",
  "a;b",
  "x, y",
  "p|q",
  "[clear]",
  "[1]",
  "{}",
  '"quoted"',
  "=1+1",
  "'apostrophe",
  "Ñandú",
  "-5",
];

/** Tags some of the leads. */
export async function tag(company: TestCompany): Promise<void> {
  await company.database
    .prepare(
      `INSERT INTO lead_tags (company_id, lead_id, tag)
       SELECT l.company_id, l.id, t.value FROM leads l CROSS JOIN json_each(?2) t
       WHERE l.company_id = ?1 AND l.id % 4 = 0 AND ((l.id / 4) % 12 = t.key OR (l.id / 48) % 12 = t.key)`,
    )
    .bind(company.id, JSON.stringify(TAGS))
    .run();
}
