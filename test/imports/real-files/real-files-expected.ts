/** What is right for a file of test/fixtures/real-files: of its leads, in the order of their records, what matters. */
export interface ExpectedFile {
  /** Of the company; Mexico where none is said. */
  country?: string;
  /** Created, duplicate, failed and warned records. */
  counts: [created: number, duplicate: number, failed: number, warnings: number];
  /** Columns of the leads; `answers` by the key of the question. */
  leads?: Record<string, unknown>[];
  /** What must be kept somewhere in a lead. */
  kept?: string[];
  /** The codes of rejections, in the order of their records. */
  rejected?: string[];
  /** The column `esperado` says what this column of each lead is; where it is empty, the record is no lead. */
  esperado?: "email" | "phone";
}

const person = (first_name: string, last_name: string) => ({ first_name, last_name });
const invitee = (name: string) => ({
  email: `${name.toLowerCase()}.c9t@example.com`,
  ...person(name, "Díaz"),
});
const answered = (visit_date: string | undefined, amount: number | undefined) => ({
  answers: JSON.parse(JSON.stringify({ visit_date, amount })),
});
const MARCH_1 = "2026-03-01";

export const EXPECTED: Record<string, ExpectedFile> = {
  "04-google-contacts-old": {
    counts: [4, 0, 0, 0],
    leads: [
      { email: "ana.c04@example.com", phone: "+525512340401", ...person("Ana", "Díaz") },
      { email: null, phone: "+525512340402" },
      { email: "eva.c04@example.com", phone: "+525512340404", company_name: "Beta" },
      { email: "solo.c04@example.com", ...person("Solo", "Nombre") },
    ],
    kept: ["ana2.c04@example.org", "+52 55 1234 0403", "eva2.c04@example.org", "55 1234 0405"],
  },
  "05-google-contacts-new": {
    counts: [2, 0, 0, 0],
    leads: [{ email: "ana.c05@example.com", phone: "+525512340501" }, { phone: "+525512340502" }],
    kept: ["+52 55 1234 0503"],
  },
  "06-outlook-second-columns": {
    counts: [5, 0, 0, 0],
    leads: [
      { email: "ana.c06@example.com", phone: "+525512340601", country: "México" },
      { phone: "+525512340602" },
      { phone: "+525512340603" },
      { email: "max.c06@example.com", phone: null },
      { phone: "+525512340605" },
    ],
  },
  "07-telefono-y-celular": {
    counts: [3, 0, 0, 0],
    leads: [{ phone: "+525512340701" }, { phone: "+525512340702" }, { phone: "+525512340703" }],
  },
  "10-facebook-lead-ads-utf16": {
    counts: [2, 0, 1, 0],
    leads: [
      { email: "ana.c10@example.com", phone: "+525512341001", external_id: "l:1234567890123401" },
      { email: null, phone: "+525512341002" },
    ],
    kept: ["CREATED", "10k_50k"],
    rejected: ["test_lead"],
  },
  "12-several-emails-in-a-cell": {
    counts: [6, 0, 0, 0],
    leads: ["a", "b", "c", "d", "e", "f"].map((name) => ({ email: `${name}1.c12@example.com` })),
    kept: ["a", "b", "c", "d", "e", "f"].map((name) => `${name}2.c12@example.com`),
  },
  "13-email-forms": {
    counts: [21, 0, 3, 0],
    rejected: ["invalid_email", "invalid_email", "invalid_email"],
    esperado: "email",
  },
  "14-email-invisible-characters": { counts: [20, 0, 0, 0], esperado: "email" },
  "15-placeholder-email-good-phone": { counts: [32, 0, 0, 0], esperado: "phone" },
  "16-placeholder-phone-good-email": { counts: [18, 0, 0, 0], esperado: "email" },
  "17-bad-email-good-phone": { counts: [4, 0, 0, 4], esperado: "phone", kept: ["ana.c17@example"] },
  "18-phone-forms": { counts: [57, 0, 4, 0], esperado: "phone", kept: ["55 1234 9838", "55 1234 9842"] },
  "19-mexico-521-same-person": { counts: [1, 9, 0, 0], leads: [{ phone: "+525512341901" }] },
  "20-brazil-ninth-digit": { country: "BR", counts: [13, 1, 0, 0], esperado: "phone" },
  "21-ddd-column": {
    country: "BR",
    counts: [2, 0, 0, 0],
    leads: [{ phone: "+5531988882101" }, { phone: "+5511977772102" }],
  },
  "22-calling-code-column": { counts: [7, 0, 0, 0], esperado: "phone" },
  "23-country-names": {
    counts: [16, 0, 2, 0],
    esperado: "phone",
    rejected: ["unknown_country", "unknown_country"],
  },
  // Three are in ranges that the metadata does not know: read, and said.
  "24-latam-countries": { counts: [15, 0, 0, 3], esperado: "phone" },
  "25-excel-decimal-comma-scientific": {
    counts: [0, 0, 3, 0],
    rejected: ["excel_number", "excel_number", "excel_number"],
  },
  "26-names": {
    counts: [7, 0, 0, 0],
    leads: [
      person("Juan", "Pérez"),
      person("María José", "García López"),
      person("Juan", "Pérez"),
      person("María", "del Carmen Pérez"),
      { first_name: "Ana", last_name: null },
      { first_name: "Acme, S.A. de C.V.", last_name: null },
      person("Ana", "Díaz"),
    ],
  },
  "27-equals-quoted-cells": {
    counts: [2, 0, 0, 0],
    leads: [
      { email: "ana.c27@example.com", phone: "+525512342701", ...person("Ana", "Díaz") },
      { email: "luis.c27@example.com", phone: "+525512342702", custom_fields: { CP: "06700" } },
    ],
  },
  "55-duplicate-headers": {
    counts: [3, 0, 0, 0],
    leads: [
      { email: "ana.c55@example.com", phone: "+525512345501" },
      { email: "luis.c55@example.com" },
      { phone: "+525512345503" },
    ],
    kept: ["ana2.c55@example.com"],
  },
  "57-header-with-commas": {
    counts: [2, 0, 0, 0],
    leads: [
      { email: "ana.c57@example.com", phone: "+525512345701", ...person("Ana", "Díaz") },
      { email: "luis.c57@example.com", phone: "+525512345702" },
    ],
  },
  "67-ampersand-entities": {
    counts: [2, 0, 0, 0],
    leads: [{ company_name: "R&D" }, { ...person("José", "Peña"), company_name: "M&M's" }],
  },
  "68-vertical-tab": { counts: [1, 0, 0, 0], leads: [{ notes: "Llamar mañana tarde" }] },
  "82-same-placeholder-email": { counts: [1, 2, 0, 0], leads: [{ first_name: "Ana" }] },
  "89-latin-america-three-names": { counts: [1, 0, 0, 0], leads: [person("Ana", "Pérez López")] },
  "93-whatsapp-list": {
    counts: [2, 0, 0, 0],
    leads: [{ phone: "+525512349301" }, { phone: "+525512349302", first_name: "Luis" }],
  },
  "94-jid-only-column": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512349401" }] },
  "9c-utf8-email-in-wrong-column": {
    counts: [1, 0, 0, 1],
    leads: [{ email: "ana.c9c@example.com", phone: null }],
    kept: ["55 1234 9c01"],
  },
  "9e-dates-and-amounts": {
    counts: [23, 0, 0, 5],
    leads: [
      answered(MARCH_1, 1500.5),
      answered(MARCH_1, 1500.5),
      answered(MARCH_1, 1500),
      answered("2026-03-25", 1500),
      answered(MARCH_1, 1500),
      answered(MARCH_1, 1500.5),
      answered(MARCH_1, 1.5),
      answered(MARCH_1, 1.5),
      answered(MARCH_1, undefined),
      answered("2026-03-25", 1200),
      answered(MARCH_1, 20),
      answered(MARCH_1, undefined),
      answered(MARCH_1, -500),
      answered(MARCH_1, undefined),
      answered("2026-09-01", 2_000_000),
      answered(MARCH_1, undefined),
      answered(MARCH_1, 0),
      answered(undefined, 1500),
      { answers: null },
      { answers: null },
      answered(MARCH_1, undefined),
      answered(MARCH_1, undefined),
      answered(MARCH_1, undefined),
    ],
    kept: ["10%", "1.5E+03", "20k", "31/02/2026", "mar-26"],
  },
  "9s-01-hubspot": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512345101" }] },
  "9s-03-zoho": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512345103" }] },
  "9s-05-odoo": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512345105" }] },
  "9s-07-rdstation": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512345107" }] },
  "9s-09-mailchimp": { counts: [1, 0, 0, 0], leads: [{ email: "ana.c9s9@example.com" }] },
  "9s-11-linkedin-leadgen": { counts: [1, 0, 0, 0], leads: [{ email: "ana.c9s11@example.com" }] },
  "9s-13-google-forms": {
    counts: [1, 0, 0, 0],
    leads: [{ email: "ana.c9s13@example.com", phone: "+525512345113" }],
  },
  "9s-15-calendly": {
    counts: [1, 0, 0, 0],
    leads: [{ email: "ana.c9s15@example.com", phone: "+525512345115", ...person("Ana", "Díaz") }],
  },
  "9s-17-zoom-webinar": { counts: [1, 0, 0, 0], leads: [{ email: "ana.c9s17@example.com" }] },
  "9t-calendly": { counts: [3, 0, 0, 0], leads: ["Ana", "Luis", "Eva"].map(invitee) },
};
