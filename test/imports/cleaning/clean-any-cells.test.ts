import { describe, expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import type { LeadRecord, Rejection } from "../../../src/leads/lead-record.ts";
import { hostileText, seededRandom } from "../seeded-random.ts";
import { contextOf, QUESTIONS, STAGES } from "./cleaned.ts";

/** Without the warnings of lost letters: those of a contact that was no use are not among a lead's own cells. */
function withoutLost(outcome: LeadRecord | Rejection): LeadRecord | Rejection {
  if (isRejection(outcome)) return outcome;
  const warnings = outcome.warnings?.filter(({ code }) => code !== "encoding_in_doubt") ?? [];
  return { ...outcome, warnings: warnings.length > 0 ? warnings : null };
}

describe("any cells at all", () => {
  const PROTO = "__proto__";
  const header = [
    "email",
    "phone",
    "name",
    "city",
    "country",
    "stage",
    "notes",
    ...QUESTIONS.map(({ key }) => key),
    PROTO,
    "x",
  ];
  const context = contextOf(header);

  /** The record that a lead would be written as. */
  function cellsOf(outcome: LeadRecord): string[] {
    const kept: Record<string, string> = outcome.customFields ?? Object.create(null);
    const answers = QUESTIONS.map(({ id, key }) => {
      const answer = outcome.answers?.[id];
      return Array.isArray(answer) ? answer.join(";") : String(answer ?? kept[key] ?? "");
    });
    // A phone in the place of a name is kept under its column.
    const name = kept.name ?? [outcome.firstName, outcome.lastName].filter((part) => part !== null).join(" ");
    const stage = STAGES.find(({ id }) => id === outcome.stageId)?.key ?? kept.stage ?? "";
    const email = [outcome.email, kept.email].filter((part) => part != null).join("; ");
    const own = [
      email,
      outcome.phoneRaw ?? outcome.phone,
      name,
      outcome.city,
      outcome.country,
      stage,
      outcome.notes,
    ];
    return [...own.map((text) => text ?? ""), ...answers, kept[PROTO] ?? "", kept.x ?? ""];
  }

  it("become a lead with a key or a rejection with a reason, and the lead's own cells become it again", () => {
    const random = seededRandom(4);
    const emails = ["ana@x.mx", " <Ana@X.mx>", "", "a@b"];
    const phones = ["5512345678", "+34 612 345 678", "", "5.2E+11", "55 1234 5678 x3"];
    const seen = { leads: 0, warnings: 0, rejections: new Set<string>() };
    for (let round = 0; round < 10_000; round++) {
      const cells = header.map(() => hostileText(random, 8));
      if (random() < 0.8) cells[0] = emails[Math.floor(random() * emails.length)] ?? "";
      if (random() < 0.8) cells[1] = phones[Math.floor(random() * phones.length)] ?? "";
      // A comma turns a name around, and joining its parts may make an address of them.
      cells[2] = cells[2]?.replace(/[,@]/g, "") ?? "";
      if (random() < 0.05) cells.push(hostileText(random, 8));
      if (random() < 0.01) cells[3] = "long".repeat(100);

      const outcome = cleanRecord(cells, context, random() < 0.1);
      if (isRejection(outcome)) {
        seen.rejections.add(outcome.code);
        expect(outcome.reason).not.toBe("");
        continue;
      }
      seen.leads++;
      if (outcome.warnings) seen.warnings++;
      expect(outcome.email ?? outcome.phone).toMatch(/./);
      // A contact that stood in the other's column goes back into its own.
      if (outcome.warnings?.some(({ code }) => code === "contact_in_other_column")) continue;
      // As JSON, which shows a property named `__proto__` like any other.
      const again = cleanRecord(cellsOf(outcome), context, false);
      expect(JSON.stringify(withoutLost(again))).toBe(JSON.stringify(withoutLost(outcome)));
    }
    expect(seen.leads).toBeGreaterThan(1_000);
    expect(seen.warnings).toBeGreaterThan(1_000);
    expect([...seen.rejections].sort()).toEqual([
      "excel_number",
      "extra_cells",
      "invalid_email",
      "invalid_encoding",
      "invalid_phone",
      "missing_contact",
      "too_long",
      "unknown_country",
    ]);
  });
});
