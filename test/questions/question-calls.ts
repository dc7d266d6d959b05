import { beforeEach } from "vitest";
import { bodyOf, call } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";

export let company: TestCompany;

export let manager: TestUser;

export let campaign: { id: number };

export const send = (method: string, path: string, json?: unknown) =>
  call(path, { token: manager.token, method, ...(json !== undefined && { json }) });

export const ask = async (json: object, at = campaign) =>
  (await bodyOf(send("POST", `/campaigns/${at.id}/questions`, json), 201)).question;

export const choice = (key: string, values: string[]) =>
  ask({
    key,
    text: `${key}?`,
    kind: "single_choice",
    options: values.map((value) => ({ label: value.toUpperCase(), value })),
  });

export const listed = async (query = "") =>
  (await bodyOf(call(`/campaigns/${campaign.id}/questions${query}`, { token: manager.token }))).questions;

/** Gives each test a campaign without a question. */
export function prepareQuestions(): void {
  beforeEach(async () => {
    company = await createCompany();
    manager = await createUser({ access: [{ company, role: "manager" }] });
    campaign = await createCampaign(company);
  });
}
