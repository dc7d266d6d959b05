import { createExecutionContext, env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { ConfigurationError, settingsOf } from "../src/env.ts";
import worker from "../src/index.ts";
import { problemOf, requestOf } from "./harness/api.ts";
import { createUser } from "./harness/factories.ts";

const SECRET = "a-secret-that-no-message-may-quote";
const APP_URL = "an address such as https://app.example.com, without a query";
const BYTES = "a number of bytes above 0, such as 104857600";
const LINK_KEY = "at least 32 characters, such as 32 random bytes in base64: `npm run keys` makes one";
const SIGNING_KEY = "a private JWK on P-256 with a kid: `npm run keys` makes one";
const PREVIOUS_KEY = "empty, or a JWK on P-256 with a kid: the signing key before the present one";
const BUCKET =
  "the S3 API address of the bucket, such as https://<account id>.r2.cloudflarestorage.com/leadsy-production-files";
const TOGETHER =
  "is missing: R2_S3_URL, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY are set together, or none of them";

/** What is said of an environment that differs from the one of the tests. */
function complaintOf(differs: Record<string, unknown>): string {
  try {
    settingsOf({ ...env, ...differs });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return "nothing";
}

function jwk(change: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(env.JWT_SIGNING_KEY), ...change });
}

describe("a wrong environment is named by its variable, with what it must be", () => {
  test.each<[name: string, value: unknown, complaint: string]>([
    ["ENVIRONMENT", undefined, "must be local, staging or production"],
    ["ENVIRONMENT", "live", "must be local, staging or production"],
    ["PUBLIC_URL", "api.example.com", `must be empty, or ${APP_URL}`],
    ["PUBLIC_URL", "ftp://api.example.com", `must be empty, or ${APP_URL}`],
    ["APP_URL", undefined, `is missing: it must be ${APP_URL}`],
    ["APP_URL", "", `is empty: it must be ${APP_URL}`],
    ["APP_URL", "https://app.example.com/?a=1", `must be ${APP_URL}`],
    ["APP_URL", "not an address", `must be ${APP_URL}`],
    ["CORS_ORIGINS", "*", "must be origins such as https://app.example.com, separated by commas"],
    [
      "CORS_ORIGINS",
      "https://a.example.com,https://b.example.com/",
      "must be origins such as https://app.example.com, separated by commas",
    ],
    ["MAIL_FROM", "hello@example.com", "must be written as Name <name@example.com>"],
    ["MAIL_FROM", "", "is empty: it must be written as Name <name@example.com>"],
    ["MAX_UPLOAD_BYTES", "100 MB", `must be ${BYTES}`],
    ["MAX_UPLOAD_BYTES", "0", `must be ${BYTES}`],
    ["MAX_UPLOAD_BYTES", "-1", `must be ${BYTES}`],
    ["MAX_UPLOAD_BYTES", "Infinity", `must be ${BYTES}`],
    ["MAX_STORE_BYTES", undefined, `is missing: it must be ${BYTES}`],
    ["STALLED_AFTER_SECONDS", "soon", "must be a number of seconds above 0, such as 120"],
    ["JWT_SIGNING_KEY", undefined, `is missing: it must be ${SIGNING_KEY}`],
    ["JWT_SIGNING_KEY", `{"kid":"${SECRET}`, `must be ${SIGNING_KEY}`],
    ["JWT_SIGNING_KEY", jwk({ d: undefined, kid: SECRET }), `must be ${SIGNING_KEY}`],
    ["JWT_SIGNING_KEY", jwk({ kid: "", d: SECRET }), `must be ${SIGNING_KEY}`],
    ["JWT_SIGNING_KEY", jwk({ crv: "P-384", d: SECRET }), `must be ${SIGNING_KEY}`],
    ["JWT_SIGNING_KEY", "null", `must be ${SIGNING_KEY}`],
    ["JWT_PREVIOUS_KEY", SECRET, `must be ${PREVIOUS_KEY}`],
    ["LINK_KEY", undefined, `is missing: it must be ${LINK_KEY}`],
    ["LINK_KEY", "", `is empty: it must be ${LINK_KEY}`],
    ["LINK_KEY", SECRET.slice(0, 31), `is too short: it must be ${LINK_KEY}`],
    ["LOG_REQUESTS", "no", "must be on or off"],
    ["WEBHOOK_LOOPBACK", "yes", "must be on or off"],
    ["DNS_OVER_HTTPS", "1.1.1.1", `must be empty, or ${APP_URL}`],
    ["FILES", undefined, "is not bound: wrangler.toml must have it in each environment"],
    ["LEADS_0", undefined, "is not bound: wrangler.toml must have it in each environment"],
    ["MAILS", "leadsy-mails", "is not bound: wrangler.toml must have it in each environment"],
  ])("%s, case %#", (name, value, complaint) => {
    expect(complaintOf({ [name]: value })).toBe(`${name} ${complaint}`);
  });

  test("what is deployed sends webhooks to the internet alone", () => {
    const complaint = complaintOf({ ENVIRONMENT: "production", WEBHOOK_LOOPBACK: "on", DNS_OVER_HTTPS: "" });
    expect(complaint).toBe(
      "WEBHOOK_LOOPBACK must be off: only a local installation may; " +
        "DNS_OVER_HTTPS must be an address such as https://cloudflare-dns.com/dns-query",
    );
  });

  test.each<[values: Record<string, string>, complaint: string]>([
    [{ R2_S3_URL: "http://account.r2.cloudflarestorage.com/files" }, `R2_S3_URL must be empty, or ${BUCKET}`],
    [{ R2_S3_URL: "https://account.r2.cloudflarestorage.com" }, `R2_S3_URL must be empty, or ${BUCKET}`],
    [
      { R2_S3_URL: "https://account.r2.cloudflarestorage.com/files/a" },
      `R2_S3_URL must be empty, or ${BUCKET}`,
    ],
    [{ R2_S3_URL: "" }, `R2_S3_URL ${TOGETHER}`],
    [
      { R2_ACCESS_KEY_ID: "", R2_SECRET_ACCESS_KEY: "" },
      `R2_ACCESS_KEY_ID ${TOGETHER}; R2_SECRET_ACCESS_KEY ${TOGETHER}`,
    ],
    [{ R2_S3_URL: "", R2_ACCESS_KEY_ID: "", R2_SECRET_ACCESS_KEY: "" }, "nothing"],
  ])("the bucket of clients is whole or none, case %#", (values, complaint) => {
    expect(complaintOf(values)).toBe(complaint);
  });

  test("all that is wrong is said at once", () => {
    const complaint = complaintOf({ APP_URL: "", LINK_KEY: undefined, MAX_UPLOAD_BYTES: "many" });
    expect(complaint.split("; ").map((one) => one.split(" ")[0])).toEqual([
      "APP_URL",
      "MAX_UPLOAD_BYTES",
      "LINK_KEY",
    ]);
  });
});

test("what may be absent is", () => {
  const settings = settingsOf({
    ...env,
    PUBLIC_URL: undefined,
    CORS_ORIGINS: undefined,
    JWT_PREVIOUS_KEY: undefined,
    HEALTH_KEY: undefined,
  } as unknown as Env);
  expect(settings).toMatchObject({ publicUrl: "", corsOrigins: [], previousKey: null });
});

test("what is read is ready for use", () => {
  const settings = settingsOf({
    ...env,
    PUBLIC_URL: "https://api.example.com/",
    CORS_ORIGINS: " https://a.example.com , http://localhost:5173,",
    MAIL_FROM: " Leadsy  <hello@example.com> ",
    STALLED_AFTER_SECONDS: "0.5",
  });
  expect(settings).toMatchObject({
    environment: "local",
    publicUrl: "https://api.example.com",
    corsOrigins: ["https://a.example.com", "http://localhost:5173"],
    mailFrom: { name: "Leadsy", email: "hello@example.com" },
    stalledAfter: 500,
    linkKey: env.LINK_KEY,
  });
});

test("a request under a wrong environment is a fault of ours, whose cause is in the log: not a refused token", async () => {
  const { token } = await createUser();
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const answer = await worker.fetch(
    requestOf("/accesses", { token }) as never,
    { ...env, MAX_UPLOAD_BYTES: "many" },
    createExecutionContext(),
  );
  const problem = await problemOf(answer as never, 500);
  const lines = logged.mock.calls.map(([line]) => JSON.parse(String(line)));
  logged.mockRestore();
  expect(problem.code).toBe("internal_error");
  expect(JSON.stringify(problem)).not.toContain("MAX_UPLOAD_BYTES");
  expect(lines).toContainEqual(
    expect.objectContaining({
      event: "request.failed",
      error: "ConfigurationError",
      message: `MAX_UPLOAD_BYTES must be ${BYTES}`,
    }),
  );
});
