import { env } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { requestConfirmation } from "../../src/users/email/request-confirmation.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";
import { rowsOf } from "../harness/people.ts";
import { directory, hand, outcomeOf, rowOf, unwatchMail, watchMail, write } from "./watched-mail.ts";

/** What a person asks for themself is mailed, whatever strangers have mailed to the address. */
const HOUR = 60 * 60 * 1000;
const HOME = { "CF-Connecting-IP": "203.0.113.240" };
let strangers = 0;
/** Each stranger comes from a network of their own, which may ask only so often. */
const away = () => ({ "CF-Connecting-IP": `198.51.100.${++strangers}` });

afterEach(() => {
  unwatchMail();
  vi.restoreAllMocks();
});

/** Uses up what strangers may have mailed to an address. */
async function fill(email: string) {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const ids: number[] = [];
  for (let one = 0; one < 7; one++) {
    const { id: userId } = await createUser({ confirmed: false });
    ids.push(await write({ kind: "confirm_email", email, userId, linkExpiresAt: Date.now() + HOUR }));
  }
  await hand(ids);
}

const newestOf = async (email: string): Promise<number> =>
  (await rowsOf("SELECT max(id) AS id FROM mails WHERE email = ?", email))[0].id;

test("the link to confirm the address, three times an hour and six a day", async () => {
  const user = await createUser({ confirmed: false });
  await fill(user.email);
  const ask = () => bodyOf(call("/users/confirm_email", { method: "POST", token: user.token }));
  const asked = "SELECT id FROM mails WHERE email = ? AND asked = 1";
  for (let time = 0; time < 4; time++) {
    await ask();
    expect(await outcomeOf(await newestOf(user.email))).toMatchObject({ failedAt: null });
  }
  expect(await rowsOf(asked, user.email)).toHaveLength(3);
  for (let hour = 1; hour < 3; hour++) {
    const later = Date.now() + hour * (HOUR + 1000);
    for (let time = 0; time < 4; time++) await requestConfirmation(env, directory, user.id, later);
  }
  expect(await rowsOf(asked, user.email)).toHaveLength(6);
});

test("the link to reset the password, from a network or a device of the account", async () => {
  const user = await createUser({ password: true });
  const credentials = { email: user.email, password: PASSWORD };
  const signIn = call("/users/login", { method: "POST", json: credentials, headers: HOME });
  const { device_token } = await bodyOf(signIn);
  const ask = async (headers: Record<string, string>, more: object = {}) => {
    const json = { email: user.email, ...more };
    await bodyOf(call("/users/reset_password", { method: "POST", json, headers }));
    const { failedAt } = await outcomeOf(await newestOf(user.email));
    return failedAt === null;
  };
  const sent = watchMail();
  for (let time = 0; time < 5; time++) expect(await ask(away())).toBe(true);
  expect(await ask(away())).toBe(false);
  expect(await ask(away(), { device_token: `${device_token}x` })).toBe(false);
  expect(await ask(HOME)).toBe(true);
  expect(await ask(away(), { device_token })).toBe(true);
  expect(sent.filter(({ to }) => to === user.email)).toHaveLength(7);
  expect(await rowOf(await newestOf(user.email))).toMatchObject({ userId: user.id });
});
