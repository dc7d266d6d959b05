import { describe, expect, test } from "vitest";
import { SessionsAnswer } from "../../src/sessions/schemas.ts";
import { newSession } from "../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";

const DAY = 24 * 60 * 60 * 1000;
const PHONE = { "User-Agent": "Phone/1", "CF-Connecting-IP": "203.0.113.50" };
const DESK = { "User-Agent": "Desk/1", "CF-Connecting-IP": "203.0.113.51" };

const login = (email: string, headers: Record<string, string>, more: object = {}, query = "") =>
  call(`/users/login${query}`, { method: "POST", json: { email, password: PASSWORD, ...more }, headers });
const refresh = (refresh_token: string, headers: Record<string, string>) =>
  call("/users/refresh", { method: "POST", json: { refresh_token }, headers });
const sessionsOf = async (token: string) =>
  SessionsAnswer.parse(await bodyOf(call("/users/me/sessions", { token }))).sessions;
const noticesTo = (userId: number) =>
  rowsOf("SELECT * FROM mails WHERE user_id = ? AND kind = 'new_device'", userId);

describe("one's own sessions", () => {
  test("are listed as they are, under ids that stay", async () => {
    const user = await createUser({ password: true });
    const phone = await bodyOf(login(user.email, PHONE));
    const desk = await bodyOf(login(user.email, DESK));
    const before = await sessionsOf(desk.token);
    expect(before).toMatchObject([
      { current: true, ip: "203.0.113.51", user_agent: "Desk/1" },
      { current: false, ip: "203.0.113.50", user_agent: "Phone/1" },
    ]);
    for (const { created_at, expires_at } of before) {
      expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(30 * DAY);
    }
    let { refresh_token } = phone;
    for (let turn = 0; turn < 3; turn++) {
      const elsewhere = { ...PHONE, "CF-Connecting-IP": `203.0.113.${60 + turn}` };
      ({ refresh_token } = await bodyOf(refresh(refresh_token, elsewhere)));
    }
    const after = await sessionsOf(phone.token);
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    const [mine] = after.filter(({ current }) => current);
    expect(mine).toMatchObject({ id: before[1]?.id, ip: "203.0.113.62", created_at: before[1]?.created_at });
    const [stranger] = [await createUser()];
    expect((await sessionsOf(stranger.token)).length).toBe(0);
  });

  test("are ended one by one, from the next request on", async () => {
    const user = await createUser();
    const [here, there] = [await newSession(user), await newSession(user)];
    const { refresh_token } = await bodyOf(refresh(there.refreshToken, {}));
    const other = (await sessionsOf(here.token)).find(({ current }) => !current);
    const end = () => call(`/users/me/sessions/${other?.id}`, { method: "DELETE", token: here.token });
    expect((await end()).status).toBe(204);
    await problemOf(call("/users/me", { token: there.token }), 401);
    await problemOf(refresh(refresh_token, {}), 401);
    expect(await sessionsOf(here.token)).toHaveLength(1);
    await problemOf(end(), 404);
    expect(await eventsOf("session", other?.id ?? 0)).toEqual([]);
    const [event] = await rowsOf(
      "SELECT * FROM audit_events WHERE action = 'session.ended' AND actor_id = ?",
      user.id,
    );
    expect(event).toMatchObject({ actor_id: user.id });
  });

  test("of somebody else, ended ones and expired ones are not there", async () => {
    const [user, other] = [await createUser(), await createUser()];
    const [mine, theirs] = [await newSession(user), await newSession(other)];
    const [theirSession] = await sessionsOf(theirs.token);
    await problemOf(
      call(`/users/me/sessions/${theirSession?.id}`, { method: "DELETE", token: mine.token }),
      404,
    );
    await bodyOf(call("/users/me", { token: theirs.token }));
    await newSession(user, Date.now() - 31 * DAY);
    expect(await sessionsOf(mine.token)).toHaveLength(1);
  });
});

describe("a session in a cookie", () => {
  const cookiesOf = (answer: Response) =>
    Object.fromEntries(answer.headers.getSetCookie().map((one) => [one.split("=")[0], one]));
  const cookie = (set: string | undefined) => set?.split(";")[0] ?? "";
  const refreshWith = (Cookie: string, headers: Record<string, string> = {}) =>
    call("/users/refresh", { method: "POST", headers: { Cookie, ...headers } });

  test("is one that scripts, other sites and other addresses never get", async () => {
    const user = await createUser({ password: true });
    const answer = await login(user.email, DESK, {}, "?session=cookie");
    const { leadsy_refresh: set, leadsy_device: device } = cookiesOf(answer);
    for (const one of [set, device]) {
      expect(one).toMatch(/; HttpOnly/);
      expect(one).toMatch(/; Secure/);
      expect(one).toMatch(/; SameSite=Strict/);
    }
    expect(set).toMatch(/; Path=\/api\/v1\/users\/refresh(;|$)/);
    const body = await bodyOf(answer);
    expect(body.refresh_token).toBeNull();

    const again = await refreshWith(cookie(set), DESK);
    const next = cookiesOf(again).leadsy_refresh;
    const went = await bodyOf(again);
    expect(went.refresh_token).toBeNull();
    await bodyOf(call("/users/me", { token: went.token }));
    expect(cookie(next)).not.toBe(cookie(set));
    await bodyOf(refreshWith(cookie(next), DESK));
  });

  test("is not listened to from a page that is not ours", async () => {
    const user = await createUser({ password: true });
    const set = cookiesOf(await login(user.email, DESK, {}, "?session=cookie")).leadsy_refresh;
    await problemOf(refreshWith(cookie(set), { Origin: "https://evil.api.test" }), 422);
    const allowed = await refreshWith(cookie(set), { Origin: "http://localhost:5173" });
    expect(allowed.headers.get("Access-Control-Allow-Credentials")).toBe("true");
    await bodyOf(allowed);
  });

  test("ends with the sign-out, and the browser drops it", async () => {
    const user = await createUser({ password: true });
    const answer = await login(user.email, DESK, {}, "?session=cookie");
    const set = cookiesOf(answer).leadsy_refresh;
    const { token } = await bodyOf(answer);
    const out = await call("/users/logout", { method: "POST", token });
    expect(cookiesOf(out).leadsy_refresh).toMatch(/^leadsy_refresh=; Max-Age=0/);
    await problemOf(refreshWith(cookie(set)), 401);
  });

  test("is what nobody gets who does not ask for it", async () => {
    const user = await createUser({ password: true });
    expect((await login(user.email, DESK)).headers.getSetCookie()).toEqual([]);
    await problemOf(login(user.email, DESK, {}, "?session=header"), 400);
  });
});

describe("a sign-in from a new device", () => {
  test("is mailed, and not again from a device that is known", async () => {
    const user = await createUser({ password: true });
    const first = await bodyOf(login(user.email, PHONE));
    expect(await noticesTo(user.id)).toEqual([]);
    await bodyOf(login(user.email, PHONE));
    const travelling = { ...PHONE, "CF-Connecting-IP": "203.0.113.90" };
    await bodyOf(login(user.email, travelling, { device_token: first.device_token }));
    expect(await noticesTo(user.id)).toEqual([]);
    await bodyOf(login(user.email, { ...DESK, "CF-Connecting-IP": "203.0.113.91" }));
    const [notice, ...others] = await noticesTo(user.id);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ email: user.email, link_expires_at: null });
  });

  test("is not mailed to an address that nobody confirmed, nor after a wrong password", async () => {
    const user = await createUser({ password: true, confirmed: false });
    await bodyOf(login(user.email, PHONE));
    await bodyOf(login(user.email, DESK));
    const json = { email: user.email, password: "wrong" };
    await problemOf(call("/users/login", { method: "POST", json }), 401);
    expect(await noticesTo(user.id)).toEqual([]);
  });
});
