import { createExecutionContext, env } from "cloudflare:test";
import worker from "../../../../src/index.ts";
import { call, ORIGIN } from "../../../harness/api.ts";
import { createCampaign, createCompany, createUser, type TestCompany } from "../../../harness/factories.ts";
import { formBytes, type Part } from "../../../harness/form.ts";
import { CSV, company, field, fileOf, manager, sendForm, sendRaw } from "../upload-party.ts";

/** What is refused, and by which of its fields. */
export interface Refusal {
  send: () => Promise<Response>;
  status: number;
  code: string;
  /** The fields that it names. */
  names: string[];
}

export let campaign: number;
export let campaignOfOthers: number;
export let foreign: TestCompany;

/** Makes the campaigns and the company of others that are asked for. */
export async function createOthers(): Promise<void> {
  foreign = await createCompany({ name: "Foreign Secret Ltd", store: 0 });
  campaign = (await createCampaign(company)).id;
  campaignOfOthers = (await createCampaign(foreign, "Secret campaign")).id;
}

/** A form that is refused. */
export const form = (parts: () => Part[], status: number, code: string, ...names: string[]): Refusal => ({
  send: () => sendForm(parts()),
  status,
  code,
  names,
});
/** A raw body that is refused. */
export const raw = (query: () => string, status: number, code: string, ...names: string[]): Refusal => ({
  send: () => sendRaw(query(), CSV),
  status,
  code,
  names,
});
/** A body of some type that is refused. */
export const bytes = (
  body: () => BodyInit,
  type: string,
  status: number,
  code: string,
  ...names: string[]
) => ({
  send: () =>
    call("/import", {
      token: manager.token,
      method: "POST",
      body: body(),
      headers: { "Content-Type": type },
    }),
  status,
  code,
  names,
});
/** A form of somebody who may not import. */
export const asRole = (role: "agent" | "viewer"): Refusal => ({
  send: async () => {
    const { token } = await createUser({ access: [{ company, role }] });
    return sendForm([field("company_id", company.id), fileOf()], {}, token);
  },
  status: 403,
  code: "forbidden",
  names: ["/company_id"],
});
/** With a limit of 40 bytes. */
export const limited = (body: () => BodyInit, headers: Record<string, string>): Refusal => ({
  send: async () => {
    const request = new Request(`${ORIGIN}/api/v1/import?company_id=${company.id}`, {
      method: "POST",
      body: body(),
      headers: { Authorization: manager.token, ...headers },
    });
    return worker.fetch(request, { ...env, MAX_UPLOAD_BYTES: "40" }, createExecutionContext());
  },
  status: 413,
  code: "payload_too_large",
  names: ["/file"],
});

/** The field of the company that may be imported into. */
export const mine = () => field("company_id", company.id);
export const whole = () => formBytes([mine(), fileOf()]);
export const MALFORMED = "malformed_multipart";
export const query = (more: Record<string, string>) => () =>
  String(new URLSearchParams({ company_id: String(company.id), ...more }));
