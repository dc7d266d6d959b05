import { describe, expect, it } from "vitest";
import { isMappingTarget } from "../../../src/imports/columns/mapping-targets.ts";
import type { Question } from "../../../src/leads/lead-record.ts";

const BUDGET: Question = { id: 7, key: "monthly_budget", kind: "number", options: [] };

describe("isMappingTarget", () => {
  it.each([
    "email",
    "external_id",
    "full_name",
    "monthly_budget",
    "custom_fields.x",
    "custom_fields.__proto__",
    `custom_fields.${"x".repeat(255)}`,
  ])("takes %s", (target) => {
    expect(isMappingTarget(target, [BUDGET])).toBe(true);
  });

  it.each([
    "",
    "Email",
    "name",
    "shoe_size",
    "custom_fields.",
    "custom_fields. ",
    "constructor",
    `custom_fields.${"x".repeat(256)}`,
  ])("refuses %j", (target) => {
    expect(isMappingTarget(target, [BUDGET])).toBe(false);
  });
});
