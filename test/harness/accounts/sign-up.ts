import { expect } from "vitest";
import { call, problemOf } from "../api.ts";
import { dumpDirectory } from "../failing-statement.ts";
import { freshEmail } from "../people.ts";

/** The body of a `POST /users` with what it has at least. */
export function person(differs: Record<string, unknown> = {}) {
  return { first_name: "Ana", last_name: "Díaz", email: freshEmail(), ...differs };
}

/** Asks for a new user. @param token the caller's; nobody's by default. */
export function post(json: unknown, token?: string): Promise<Response> {
  return call("/users", { method: "POST", json, ...(token !== undefined && { token }) });
}

/**
 * Asks for a user who must be refused, and makes sure that nothing came of it.
 *
 * @returns the refusal's code and the fields that it names.
 */
export async function refused(status: number, json: unknown, token?: string) {
  const before = await dumpDirectory();
  const problem = await problemOf(post(json, token), status);
  expect(await dumpDirectory()).toEqual(before);
  return { code: problem.code, errors: problem.errors?.map((one: { pointer: string }) => one.pointer) };
}
