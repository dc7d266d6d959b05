import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/env.ts";
import { sendAll } from "../../src/webhooks/request/send.ts";
import { checkUrl, TargetRefused } from "../../src/webhooks/target/check-url.ts";
import { checkName } from "../../src/webhooks/target/resolve.ts";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { createCompany } from "../harness/factories.ts";
import { newReceiver, trap } from "../harness/receiver/receiver.ts";
import { deliveriesOf, quiet, runWebhook, writeEvents } from "./sending-run.ts";

/** As an installation on the internet has it. */
const STRICT = { ...env, WEBHOOK_LOOPBACK: "off", DNS_OVER_HTTPS: `${env.RECEIVERS}/dns-query` } as Env;
const strict = { publicUrl: "https://api.example.com", webhookLoopback: false };

/** Hosts that are none of the internet, in all spellings that a browser reads. */
const HOSTS = [
  ...["127.0.0.1", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"],
  ...["017700000001", "0x7f.1", "127.0.0.1.", "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①", "0.0.0.0", "0"],
  ...[
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "3232235777",
    "169.254.169.254",
    "0xa9fea9fe",
  ],
  ...["100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"],
  ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
  ...["[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]"],
  ...["[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]"],
  ...["[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2001::1]"],
  ...["localhost", "LOCALHOST", "localhost.", "a.localhost", "metadata.google.internal", "db.internal"],
  ...["printer.local", "router.lan", "nas.home.arpa", "intranet", "hooks.corp", "x.onion", "api.example.com"],
];

const codeOf = (url: string) => {
  try {
    checkUrl(url, strict);
  } catch (error) {
    return error instanceof TargetRefused ? error.code : "another error";
  }
  return "accepted";
};

describe("what is none of the internet", () => {
  test.each(HOSTS)("%s", (host) => {
    expect(codeOf(`https://${host}/`)).toMatch(/^(private_address|private_name|own_address)$/);
  });

  test("gets no connection, whatever is asked for", async () => {
    const before = await trap();
    const urls = HOSTS.flatMap((host) => [
      `http://${host}:${before.port}/`,
      `https://${host}:${before.port}/`,
    ]);
    for (const url of [...urls, ...HOSTS.map((host) => `https://${host}/`)]) {
      const [attempt] = await sendAll(
        { settings: settingsOf(STRICT), now: Date.now, timeout: 1000 },
        { url, companyId: 1, secrets: [] },
        [{ eventId: "1-1-1-0", body: "{}" }],
      );
      expect(attempt, url).toMatchObject({ status: null, answer: null, error: expect.stringMatching(/./) });
    }
    expect(HOSTS.length).toBeGreaterThanOrEqual(40);
    expect(await trap()).toEqual(before);
    // The server does count: where a development installation allows it, it is reached.
    const company = await createCompany();
    const { id } = await createWebhook(company, { url: `http://127.0.0.1:${before.port}/` });
    await writeEvents(company, [1]);
    await runWebhook(company, id, { env: quiet(STRICT) });
    expect(await trap()).toEqual(before);
    await runWebhook(company, id, { now: () => Date.now() + 60_000 });
    expect((await trap()).connections).toBe(before.connections + 1);
  });
});

describe("a name", () => {
  const resolver = settingsOf(STRICT).dnsOverHttps;
  test.each([
    ["ip-127-0-0-1.example.com", "private_address"],
    ["ip-169-254-169-254.example.com", "private_address"],
    ["ip-fd00-0-0-0-0-0-0-1.example.com", "private_address"],
    ["ip-0-0-0-0-0-ffff-7f00-1.example.com", "private_address"],
    ["nobody.example.com", "not_resolved"],
  ])("%s is refused", async (name, code) => {
    await expect(checkName(resolver, name)).rejects.toMatchObject({ code });
  });

  test("that leads to the internet is accepted", async () => {
    await checkName(resolver, "ip-93-184-215-14.example.com");
    await checkName(resolver, "ip-2606-2800-21f-cb07-6820-80da-af6b-8b2c.example.com");
  });

  test("is looked up before each sending", async () => {
    const company = await createCompany();
    const { id } = await createWebhook(company, { url: "https://ip-10-0-0-1.example.com/" });
    await writeEvents(company, [1]);
    await runWebhook(company, id, { env: quiet(STRICT) });
    const silent = { ...STRICT, DNS_OVER_HTTPS: `${newReceiver().url}/nothing` } as Env;
    await runWebhook(company, id, { env: quiet(silent), now: () => Date.now() + 60_000 });
    const [delivery] = await deliveriesOf(company, id);
    expect(JSON.parse(delivery?.attempts ?? "")).toMatchObject([
      { error: "private_address" },
      { error: "name_not_looked_up" },
    ]);
  });
});

test.each([
  ["https://hooks.example.com/leads?key=1", "accepted"],
  ["https://hooks.example.com:8443/", "accepted"],
  ["https://1.1.1.1/", "accepted"],
  ["https://[2606:4700:4700::1111]/", "accepted"],
  ["http://hooks.example.com/", "not_https"],
  ["ftp://hooks.example.com/", "not_https"],
  ["javascript:alert(1)", "not_https"],
  ["https://hooks.example.com:80/", "port"],
  ["https://hooks.example.com:6379/", "port"],
  ["https://name@hooks.example.com/", "credentials"],
  ["//hooks.example.com", "invalid_format"],
  ["https://hooks..example.com", "invalid_format"],
  [`https://${"a".repeat(64)}.example.com`, "invalid_format"],
  [`https://${"a.".repeat(130)}com`, "invalid_format"],
])("%s is %s", (url, code) => {
  expect(codeOf(url)).toBe(code);
});
