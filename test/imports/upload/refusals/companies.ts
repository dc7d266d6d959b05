import { call } from "../../../harness/api.ts";
import { FORM_TYPE, formBytes } from "../../../harness/form.ts";
import { company, field, fileOf, manager } from "../upload-party.ts";
import { asRole, campaign, campaignOfOthers, foreign, form, mine, type Refusal } from "./refusal.ts";

/** Companies and campaigns that are none, or not for the caller. */
export const COMPANIES: Record<string, Refusal> = {
  "no company": form(() => [fileOf()], 422, "invalid_body", "/company_id"),
  "an empty company": form(() => [field("company_id", ""), fileOf()], 422, "invalid_body", "/company_id"),
  "a company that is no id": form(
    () => [field("company_id", "mine"), fileOf()],
    422,
    "invalid_body",
    "/company_id",
  ),
  "a company in hexadecimal": form(
    () => [field("company_id", `0x${company.id.toString(16)}`), fileOf()],
    422,
    "invalid_body",
    "/company_id",
  ),
  "a campaign with spaces": form(
    () => [mine(), field("campaign_id", ` ${campaign} `), fileOf()],
    422,
    "invalid_body",
    "/campaign_id",
  ),
  "a company given twice": form(() => [mine(), mine(), fileOf()], 422, "invalid_body", "/company_id"),
  "a company in the form and in the query": {
    send: () =>
      call(`/import?company_id=${company.id}`, {
        token: manager.token,
        method: "POST",
        body: formBytes([field("company_id", foreign.id), fileOf()]),
        headers: { "Content-Type": FORM_TYPE },
      }),
    status: 422,
    code: "invalid_body",
    names: ["/company_id"],
  },
  "the company of others": form(
    () => [field("company_id", foreign.id), fileOf()],
    404,
    "not_found",
    "/company_id",
  ),
  "the company of others, after the file": form(
    () => [fileOf(), field("company_id", foreign.id)],
    404,
    "not_found",
    "/company_id",
  ),
  "a company that there is not": form(
    () => [field("company_id", 987_654), fileOf()],
    404,
    "not_found",
    "/company_id",
  ),
  "an agent of the company": asRole("agent"),
  "a viewer of the company": asRole("viewer"),
  "the campaign of others": form(
    () => [mine(), field("campaign_id", campaignOfOthers), fileOf()],
    422,
    "invalid_body",
    "/campaign_id",
  ),
  "a campaign that there is not": form(
    () => [fileOf(), mine(), field("campaign_id", 987_654)],
    422,
    "invalid_body",
    "/campaign_id",
  ),
  "another way with duplicates": form(
    () => [mine(), field("on_duplicate", "merge"), fileOf()],
    422,
    "invalid_body",
    "/on_duplicate",
  ),
};
