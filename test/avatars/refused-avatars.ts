import { beforeAll, expect } from "vitest";
import { base64, keptAvatars, putForm, putJson } from "../harness/accounts/avatars.ts";
import { problemOf } from "../harness/api.ts";
import { createUser, type TestUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";

export let user: TestUser;

export const state = async () => [await dumpDirectory(), await keptAvatars()];

export const sendJson = (bytes: Uint8Array) => putJson("users", user.token, { avatar_base64: base64(bytes) });

export const sendForm = (value: Uint8Array) =>
  putForm("users", user.token, [{ name: "file", value, fileName: "me.png" }]);

/** Sends an image both ways. @returns what was said about it. */
export async function refused(bytes: Uint8Array, status: number, code: string): Promise<string> {
  const before = await state();
  const problems = [
    [await problemOf(sendJson(bytes), status), "avatar_base64"],
    [await problemOf(sendForm(bytes), status), "file"],
  ] as const;
  for (const [problem, field] of problems) {
    expect(problem.code).toBe(code);
    expect(problem.errors).toEqual([
      { pointer: `/${field}`, code: expect.any(String), detail: expect.any(String) },
    ]);
  }
  expect(problems[0][0].errors[0].detail).toBe(problems[1][0].errors[0].detail);
  expect(await state()).toEqual(before);
  return problems[0][0].errors[0].detail;
}

/** Makes the user whose avatar is sent. */
export function prepareUser(): void {
  beforeAll(async () => {
    user = await createUser();
  });
}
