import type { TestUser } from "../../harness/factories.ts";
import type { Across, Asked } from "./case.ts";

export const put = (path: string, json: unknown = {}, subject?: TestUser): Asked => ({
  path,
  method: "PUT",
  json,
  ...(subject && { subject }),
});

export const post = (path: string, json: unknown = {}, subject?: TestUser): Asked => ({
  ...put(path, json, subject),
  method: "POST",
});

export const remove = (path: string, subject?: TestUser): Asked => ({
  path,
  method: "DELETE",
  ...(subject && { subject }),
});

export const get = (path: string, subject?: TestUser): Asked => ({ path, ...(subject && { subject }) });

export const freshEmail = () => `new-${crypto.randomUUID()}@example.test`;

export const newPerson = () => ({ first_name: "New", last_name: "Person", email: freshEmail() });

/** Queries that name what is the other's, which a list answers as if it were not there. */
export const filteredBy = (path: string, queries: string[]): Across[] =>
  queries.map((query) => ({ what: query, ask: get(`${path}?${query}`), status: 200 }));
