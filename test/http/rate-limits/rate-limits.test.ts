import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { networkOfAddress } from "../../../src/http/rate-limits/network.ts";
import { QUOTAS } from "../../../src/http/rate-limits/rate-headers.ts";
import WRANGLER from "../../../wrangler.toml?raw";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { useUp } from "../../harness/runtime/use-up.ts";

const statusesOf = async (times: number, send: () => Promise<Response>) => {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push((await send()).status);
  return statuses;
};

describe("after a limit is reached", () => {
  test("nothing of a user's passes, but for what is sent before the platform is asked", async () => {
    const user = await createUser();
    await bodyOf(call("/users/me", { token: user.token }));
    await useUp(env.REQUEST_LIMIT, `user/${user.id}`);
    const statuses = await statusesOf(60, () => call("/users/me", { token: user.token }));
    expect(statuses.indexOf(429)).toBeLessThan(10);
    expect(new Set(statuses.slice(statuses.indexOf(429)))).toEqual(new Set([429]));
    const refused = await call("/users/me", { token: user.token });
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(50);
    expect((await problemOf(refused, 429)).code).toBe("too_many_requests");
    await bodyOf(call("/users/me", { token: (await createUser()).token }));
  });

  test("of a route that has one of its own, nothing of a user's passes there, from whatever network", async () => {
    const [user, other] = [await createUser(), await createUser()];
    const find = ({ token }: { token: string }) =>
      call("/users/find_by_email?email=nobody@example.test", { token });
    await useUp(env.LOOKUP_LIMIT, `user/${user.id}`);
    expect(await statusesOf(3, () => find(user))).toEqual([429, 429, 429]);
    expect((await find(other)).status).not.toBe(429);
    await bodyOf(call("/users/me", { token: user.token }));
  });

  test("no request about a company passes, from any of its users; one about another does", async () => {
    const [company, other] = [await createCompany(), await createCompany()];
    const access = [company, other].map((one) => ({ company: one, role: "viewer" as const }));
    const users = await Promise.all([1, 2, 3].map(() => createUser({ access })));
    await useUp(env.COMPANY_LIMIT, `company/${company.id}`);
    let turn = 0;
    const statuses = await statusesOf(80, () =>
      call(`/companies/${company.id}`, { token: users[turn++ % 3]?.token ?? "" }),
    );
    expect(statuses.indexOf(429)).toBeLessThan(50);
    expect(new Set(statuses.slice(statuses.indexOf(429)))).toEqual(new Set([429]));
    await bodyOf(call(`/companies/${other.id}`, { token: users[0]?.token ?? "" }));
  });
});

describe("the headers of a limit", () => {
  const rateOf = ({ headers }: Response) => [headers.get("RateLimit-Policy"), headers.get("RateLimit")];

  test("say by what a request was counted, and what is left of it as far as the isolate has seen", async () => {
    const user = await createUser();
    const first = await call("/users/me", { token: user.token });
    expect(rateOf(first)).toEqual(['"user";q=3000;w=60', '"user";r=2999;t=60']);
    const [policy, left] = rateOf(await call("/users/nobody", { token: user.token }));
    expect([policy, left]).toEqual(['"user";q=3000;w=60', expect.stringMatching(/^"user";r=2998;t=\d+$/)]);
    const find = () => call("/users/find_by_email?email=nobody@example.test", { token: user.token });
    expect(rateOf(await find())[0]).toBe('"lookup";q=30;w=60');
    await useUp(env.LOOKUP_LIMIT, `user/${user.id}`);
    expect(rateOf(await find())).toEqual(['"lookup";q=30;w=60', '"lookup";r=0;t=60']);
    const headers = { "CF-Connecting-IP": "198.51.100.79" };
    expect(rateOf(await call("/users/me", { headers }))).toEqual([
      '"network";q=1000;w=60',
      '"network";r=999;t=60',
    ]);
  });

  test("say what is left of a limit where something else refused the request", async () => {
    const { email } = await createUser({ password: true });
    const headers = { "CF-Connecting-IP": "198.51.100.80" };
    const signIn = () =>
      call("/users/login", { method: "POST", json: { email, password: "wrong" }, headers });
    let [refused, sent] = [await signIn(), 1];
    while (refused.status === 401 && sent < 15) [refused, sent] = [await signIn(), sent + 1];
    expect(refused.status).toBe(429);
    expect(rateOf(refused)).toEqual([
      '"login";q=20;w=60',
      expect.stringMatching(new RegExp(`^"login";r=${20 - sent};t=\\d\\d$`)),
    ]);
  });

  test("say what wrangler.toml says, in each environment", async () => {
    const { login, reset, create, lookup, network, user } = QUOTAS;
    const limits = { LOGIN: login, RESET: reset, CREATE: create, LOOKUP: lookup, ANONYMOUS: network };
    const all = { ...limits, REQUEST: user / 10 };
    for (const [name, quota] of Object.entries(all)) {
      const configured = [
        ...WRANGLER.matchAll(new RegExp(`"${name}_LIMIT"[^}]*limit = (\\d+), period = 60`, "g")),
      ];
      expect(
        configured.map(([, limit]) => Number(limit)),
        name,
      ).toEqual([quota, quota, quota]);
    }
  });
});

describe("counted by network", () => {
  test("are bad tokens, missing ones, unknown addresses and wrong methods; a good token is not", async () => {
    const network = "198.51.100.77";
    const from = (path: string, more: object = {}) =>
      call(path, { headers: { "CF-Connecting-IP": network }, ...more });
    const asked: [string, number, () => Promise<Response>][] = [
      ["a bad token", 401, () => from("/users/me", { token: "x.y.z" })],
      ["no token", 401, () => from("/users/me")],
      ["an unknown address", 404, () => from("/nothing")],
      ["a wrong method", 405, () => from("/users/login", { method: "PUT" })],
      ["what is open to all", 200, () => from("/legal_terms/current")],
    ];
    for (const [what, status, send] of asked.slice(0, 4)) expect((await send()).status, what).toBe(status);
    await useUp(env.ANONYMOUS_LIMIT, `network/${network}`);
    for (const [what, , send] of asked) {
      expect(await statusesOf(12, send), what).toEqual(Array(12).fill(429));
      expect((await send()).headers.get("Retry-After"), what).toBe("60");
    }
    await bodyOf(from("/users/me", { token: (await createUser()).token }));
    await problemOf(call("/users/me"), 401);
  });

  test("each of them is, so that the limit is met at its very number", async () => {
    const network = "198.51.100.78";
    for (let time = 0; time < 990; time++) await env.ANONYMOUS_LIMIT.limit({ key: `network/${network}` });
    const headers = { "CF-Connecting-IP": network };
    const statuses = await statusesOf(14, () => call("/users/me", { token: "x.y.z", headers }));
    // A window may end in the midst of it.
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(10);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
  });

  test("are tokens that do not count where a limit of its own is, too", async () => {
    const headers = { "CF-Connecting-IP": "198.51.100.79" };
    const send = () => call("/users/find_by_email?email=a@example.test", { token: "x.y.z", headers });
    const statuses = await statusesOf(40, send);
    expect(statuses).toContain(429);
  });

  test("a /64 is one network, and not the next one", async () => {
    const send = (address: string) =>
      call("/users/login", { method: "POST", json: {}, headers: { "CF-Connecting-IP": address } });
    let turn = 0;
    const statuses = await statusesOf(50, () => send(`2001:db8:ff:1:${(++turn).toString(16)}::${turn}`));
    expect(statuses).toContain(429);
    await problemOf(send("2001:db8:ff:2::1"), 422);
  });
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0000:0000:aaaa:bbbb:cccc:dddd", "2001:db8:0:0::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["::FFFF:cb00:7109", "203.0.113.9"],
  ["1:2:3", "1:2:3"],
  ["x".repeat(1000), "x".repeat(45)],
  [null, "local"],
])("the network of %j is %j", (address, network) => {
  expect(networkOfAddress(address)).toBe(network);
});

describe("a bookmark", () => {
  const bookmarkOf = async (answer: Promise<Response>) => (await answer).headers.get("X-D1-Bookmark");

  test("is for those who are signed in, and says nothing to anybody else", async () => {
    const user = await createUser({ password: true });
    const json = { email: user.email, password: "wrong" };
    for (const answer of [
      call("/users/login", { method: "POST", json }),
      call("/users/reset_password", { method: "POST", json: { email: user.email } }),
      call("/users/me"),
      call("/users/me", { token: "x.y.z" }),
      call("/legal_terms/current"),
      call("/nothing"),
      call("/users", { method: "POST", json: {} }),
    ]) {
      expect(await bookmarkOf(answer)).toBeNull();
    }
    expect(await bookmarkOf(call("/users/me", { token: user.token }))).toMatch(/^directory=/);
  });
});
