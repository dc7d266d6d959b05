import { call } from "../harness/api.ts";
import type { TestUser } from "../harness/factories.ts";
import { rowsOf } from "../harness/people.ts";

export const companyRow = async (id: number) => (await rowsOf("SELECT * FROM companies WHERE id = ?", id))[0];

export const post = (user: TestUser, json: unknown, headers: Record<string, string> = {}) =>
  call("/companies", { method: "POST", token: user.token, json, headers });

export const put = (user: TestUser, id: number, json: unknown) =>
  call(`/companies/${id}`, { method: "PUT", token: user.token, json });
