import { randomUUID } from "node:crypto";
import { DEMO_PASSWORD } from "../seed/data.ts";
import { type Ask, askerAt } from "./ask.ts";

/** An object of an answer, as far as it is needed to go on. */
export interface WithId {
  id: number;
}

/** What the operations are called on: made for each run, so that the demo data stays as it is. */
export interface Scene {
  url: string;
  signal: AbortSignal;
  /** Tells this run's names from those of others. */
  run: string;
  /** The access token of owner@demo.test, who owns the company. */
  owner: string;
  /** Asks as the owner for what is no operation of the table. */
  ask: Ask;
  company: WithId;
  /** An agent of the company. */
  colleague: WithId & { email: string; password: string };
}

const OWNER = "owner@demo.test";
const AGENT = 3;

/**
 * Signs in as a seeded user, who founds a company and makes a colleague.
 *
 * @throws where the API has no such user, or refuses.
 */
export async function prepareScene(url: string, signal: AbortSignal): Promise<Scene> {
  const { token } = await askerAt(url, signal)<{ token: string }>(
    "/users/login",
    json("POST", { email: OWNER, password: DEMO_PASSWORD }),
  );
  const ask = askerAt(url, signal, token);
  const run = randomUUID();
  const { company } = await ask<{ company: WithId }>(
    "/companies",
    json("POST", { name: `Operations ${run}`, country: "MX", timezone: "America/Mexico_City" }),
  );
  const email = `colleague-${run}@demo.test`;
  const password = randomUUID();
  const { user } = await ask<{ user: WithId }>(
    "/users",
    json("POST", {
      first_name: "Carla",
      last_name: "Castro",
      email,
      password,
      user_accesses_attributes: [{ company_id: company.id, access_id: AGENT }],
    }),
  );
  return { url, signal, run, owner: token, ask, company, colleague: { id: user.id, email, password } };
}

/** What a request with a body in JSON takes. */
export function json(method: "POST" | "PUT", body: object): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
