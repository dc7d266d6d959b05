import { createExecutionContext, env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";

const health = (host: string, ENVIRONMENT: string) => {
  const request = new Request(`https://${host}/health`);
  return worker.fetch(request, { ...env, ENVIRONMENT }, createExecutionContext());
};

describe("a local installation", () => {
  test.each([
    ...[
      "localhost",
      "localhost:8787",
      "127.0.0.1:8787",
      "[::1]:8787",
      "leadsy",
      "leadsy.localhost",
      "my-mac.local",
    ],
    ...[
      "10.0.0.7",
      "172.16.0.1",
      "172.31.255.1",
      "192.168.1.20:8787",
      "[fd12:3456::1]",
      "api.test",
      "example.com",
    ],
  ])("answers at %s", async (host) => {
    expect((await health(host, "local")).status).toBe(200);
  });

  test.each([
    ...[
      "leadsy-local.ana.workers.dev",
      "api.leadsy.com",
      "localhost.leadsy.com",
      "127.0.0.1.nip.io",
      "8.8.8.8",
    ],
    ...[
      "172.32.0.1",
      "172.15.0.1",
      "192.169.0.1",
      "[2001:db8::1]",
      "notexample.com",
      "example.com.leadsy.com",
    ],
  ])("refuses at %s, and says what to do", async (host) => {
    const answer = await health(host, "local");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run deploy -- --env production");
  });
});

test.each(["staging", "production"])("a %s installation answers anywhere", async (environment) => {
  expect((await health("api.leadsy.com", environment)).status).toBe(200);
});
