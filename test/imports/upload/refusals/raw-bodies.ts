import { company } from "../upload-party.ts";
import { campaignOfOthers, foreign, query, type Refusal, raw } from "./refusal.ts";

/** Raw bodies, whose fields are in the query. */
export const RAW_BODIES: Record<string, Refusal> = {
  "a raw body for no company": raw(() => "", 422, "invalid_body", "/company_id"),
  "a raw body for the company of others": raw(
    () => `company_id=${foreign.id}`,
    404,
    "not_found",
    "/company_id",
  ),
  "a raw body with the campaign of others": raw(
    () => `company_id=${company.id}&campaign_id=${campaignOfOthers}`,
    422,
    "invalid_body",
    "/campaign_id",
  ),
  "a raw body with an unknown parameter": raw(query({ colour: "red" }), 422, "invalid_body", "/colour"),
  "a raw body with a parameter of every prototype": raw(
    () => `company_id=${company.id}&__proto__=1`,
    422,
    "invalid_body",
    "/__proto__",
  ),
  "a raw body for a company in scientific notation": raw(
    () => `company_id=${company.id}e0`,
    422,
    "invalid_body",
    "/company_id",
  ),
  "a raw body with another way with duplicates": raw(
    query({ on_duplicate: "merge" }),
    422,
    "invalid_body",
    "/on_duplicate",
  ),
  "a raw body with a mapping that is not JSON": raw(query({ mapping: "{" }), 422, "invalid_body", "/mapping"),
  "a raw body with a mapping to an unknown field": raw(
    query({ mapping: '{"email": "nope"}' }),
    422,
    "invalid_body",
    "/mapping",
  ),
  "a raw body with two companies": raw(
    () => `company_id=${company.id}&company_id=${foreign.id}`,
    422,
    "invalid_body",
    "/company_id",
  ),
};
