import * as z from "zod";

/** What the Worker is configured with: every variable and secret, checked. */
export interface Settings {
  environment: "local" | "staging" | "production";
  /** The origin in links to files; where it is empty, the one that the request came to. */
  publicUrl: string;
  corsOrigins: string[];
  /** Where the web application is, which the links in mails lead to. */
  appUrl: string;
  /** The sender of mails. */
  mailFrom: { name: string; email: string };
  /** The largest file that comes in one request. */
  maxUploadBytes: number;
  /** The largest file that comes in parts. */
  maxPartsBytes: number;
  /** After how many milliseconds without progress an import is anybody's again: a lease ends, a message is sent again. */
  stalledAfter: number;
  /** From how many bytes on a lead store takes no new companies. */
  maxStoreBytes: number;
  /** The private key that signs access tokens. */
  signingKey: SigningKey;
  /** The key before it, still accepted while it is set. */
  previousKey: PublicKey | null;
  /** Signs the links to files and those in mails. */
  linkKey: string;
  /** Whether webhooks may lead to this machine, by `http` too: for development. */
  webhookLoopback: boolean;
  /** Where the addresses of receivers are asked for (RFC 8484, in JSON); empty where nobody is asked. */
  dnsOverHttps: string;
  /** How the bucket of files is reached by clients themselves; `null` where they send everything to the Worker. */
  directBucket: DirectBucket | null;
}

/** The bucket of files as R2's S3 API has it, and a key of that API. */
export interface DirectBucket {
  /** The address of the bucket. */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** A variable or a secret is missing, or is not what it must be. The message names each, and never quotes a value. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** A variable that must be there, and what is said where it is not. */
const text = (mustBe: string) =>
  z
    .string({ error: `is missing: it must be ${mustBe}` })
    .min(1, { error: `is empty: it must be ${mustBe}`, abort: true });

/** A variable that may be absent or empty. */
const optionalText = z.string().default("");

/** @param mustBe what a variable must be, as an error message says it. */
function checked<Value>(mustBe: string, read: (value: string) => Value | undefined) {
  return (value: string, context: z.RefinementCtx): Value => {
    const result = read(value);
    if (result !== undefined) return result;
    context.addIssue({ code: "custom", message: `must be ${mustBe}` });
    return z.NEVER;
  };
}

const positiveNumber = (mustBe: string) =>
  text(mustBe).transform(
    checked(mustBe, (value) => {
      const number = Number(value);
      return Number.isFinite(number) && number > 0 ? number : undefined;
    }),
  );

const WEB_ADDRESS = "an address such as https://app.example.com, without a query";
const ORIGINS = "origins such as https://app.example.com, separated by commas";
const MAILBOX = "written as Name <name@example.com>";
const BYTES = "a number of bytes above 0, such as 104857600";
const SECONDS = "a number of seconds above 0, such as 120";
const SIGNING_KEY = "a private JWK on P-256 with a kid: `npm run keys` makes one";
const PREVIOUS_KEY = "empty, or a JWK on P-256 with a kid: the signing key before the present one";
const BUCKET =
  "the S3 API address of the bucket, such as https://<account id>.r2.cloudflarestorage.com/leadsy-production-files";
const LINK_KEY = "at least 32 characters, such as 32 random bytes in base64: `npm run keys` makes one";

/** The public half of a key (RFC 7517); more than these members is not taken in. */
const PublicKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  kid: z.string().min(1),
  x: z.string().min(1),
  y: z.string().min(1),
});
export type PublicKey = z.output<typeof PublicKey>;

const SigningKey = PublicKey.extend({ d: z.string().min(1) });
export type SigningKey = z.output<typeof SigningKey>;

const bound = z.custom<object>((value) => typeof value === "object" && value !== null, {
  error: "is not bound: wrangler.toml must have it in each environment",
});

/**
 * All of wrangler.toml: what is added there does not compile before it is here. Lead stores after the first are as
 * many as are bound; without ASSETS only the documents are missing, and any HEALTH_KEY will do.
 */
type Checked = Exclude<keyof __BaseEnv_Env, `LEADS_${number}` | "ASSETS" | "HEALTH_KEY"> | "LEADS_0";

const Environment = z
  .object({
    ENVIRONMENT: z.enum(["local", "staging", "production"], {
      error: "must be local, staging or production",
    }),
    PUBLIC_URL: optionalText.transform(
      checked(`empty, or ${WEB_ADDRESS}`, (value) => (value === "" ? "" : webAddress(value))),
    ),
    CORS_ORIGINS: optionalText.transform(checked(ORIGINS, originsOf)),
    APP_URL: text(WEB_ADDRESS).transform(checked(WEB_ADDRESS, webAddress)),
    MAIL_FROM: text(MAILBOX).transform(checked(MAILBOX, mailbox)),
    MAX_UPLOAD_BYTES: positiveNumber(BYTES),
    MAX_PARTS_BYTES: positiveNumber(BYTES),
    MAX_STORE_BYTES: positiveNumber(BYTES),
    STALLED_AFTER_SECONDS: positiveNumber(SECONDS),
    JWT_SIGNING_KEY: text(SIGNING_KEY).transform(checked(SIGNING_KEY, (value) => readKey(SigningKey, value))),
    JWT_PREVIOUS_KEY: optionalText.transform(
      checked(PREVIOUS_KEY, (value) => (value === "" ? null : readKey(PublicKey, value))),
    ),
    LINK_KEY: text(LINK_KEY).min(32, { error: `is too short: it must be ${LINK_KEY}` }),
    LOG_REQUESTS: z.enum(["on", "off"], { error: "must be on or off" }).optional(),
    WEBHOOK_LOOPBACK: z.enum(["on", "off"], { error: "must be on or off" }),
    DNS_OVER_HTTPS: optionalText.transform(
      checked(`empty, or ${WEB_ADDRESS}`, (value) => (value === "" ? "" : webAddress(value))),
    ),
    R2_S3_URL: optionalText.transform(
      checked(`empty, or ${BUCKET}`, (value) => (value === "" ? "" : bucketAddress(value))),
    ),
    R2_ACCESS_KEY_ID: optionalText,
    R2_SECRET_ACCESS_KEY: optionalText,
    ...{ DIRECTORY: bound, LEADS_0: bound, FILES: bound, MAIL: bound },
    ...{ IMPORTS: bound, UNDOS: bound, INDEX: bound, ERASURES: bound, MAILS: bound, WEBHOOKS: bound },
    ...{ LOGIN_LIMIT: bound, RESET_LIMIT: bound, CREATE_LIMIT: bound, LOOKUP_LIMIT: bound },
    ...{ REQUEST_LIMIT: bound, COMPANY_LIMIT: bound, ANONYMOUS_LIMIT: bound },
  } satisfies Record<Checked, z.ZodType>)
  .superRefine(guardNetwork)
  .superRefine(requireWholeBucket);

/** What is deployed sends nothing into its own network. */
function guardNetwork(
  values: { ENVIRONMENT: string; WEBHOOK_LOOPBACK: string; DNS_OVER_HTTPS: string },
  context: z.RefinementCtx,
): void {
  if (values.ENVIRONMENT === "local") return;
  const refuse = (name: string, message: string) =>
    context.addIssue({ code: "custom", path: [name], message });
  if (values.WEBHOOK_LOOPBACK === "on")
    refuse("WEBHOOK_LOOPBACK", "must be off: only a local installation may");
  if (!values.DNS_OVER_HTTPS.startsWith("https:")) {
    refuse("DNS_OVER_HTTPS", "must be an address such as https://cloudflare-dns.com/dns-query");
  }
}

const BUCKET_NAMES = ["R2_S3_URL", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"] as const;

/** Two of three would look as if clients could send their parts themselves. */
function requireWholeBucket(
  values: Record<(typeof BUCKET_NAMES)[number], string>,
  context: z.RefinementCtx,
): void {
  const missing = BUCKET_NAMES.filter((name) => values[name] === "");
  if (missing.length === BUCKET_NAMES.length) return;
  const message = `is missing: ${BUCKET_NAMES.join(", ")} are set together, or none of them`;
  for (const name of missing) context.addIssue({ code: "custom", path: [name], message });
}

const parsed = new WeakMap<Env, Settings>();

/**
 * The Worker's settings, parsed once an isolate.
 *
 * @throws ConfigurationError that names every variable and secret which is missing or wrong, and what it must be.
 */
export function settingsOf(env: Env): Settings {
  let settings = parsed.get(env);
  if (!settings) {
    settings = parseSettings(env);
    parsed.set(env, settings);
  }
  return settings;
}

function parseSettings(env: Env): Settings {
  const { data, error } = Environment.safeParse(env);
  if (error) {
    const problems = error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new ConfigurationError(problems.join("; "));
  }
  return {
    environment: data.ENVIRONMENT,
    publicUrl: data.PUBLIC_URL,
    corsOrigins: data.CORS_ORIGINS,
    appUrl: data.APP_URL,
    mailFrom: data.MAIL_FROM,
    maxUploadBytes: data.MAX_UPLOAD_BYTES,
    maxPartsBytes: data.MAX_PARTS_BYTES,
    maxStoreBytes: data.MAX_STORE_BYTES,
    stalledAfter: data.STALLED_AFTER_SECONDS * 1000,
    signingKey: data.JWT_SIGNING_KEY,
    previousKey: data.JWT_PREVIOUS_KEY,
    linkKey: data.LINK_KEY,
    webhookLoopback: data.WEBHOOK_LOOPBACK === "on",
    dnsOverHttps: data.DNS_OVER_HTTPS,
    directBucket:
      data.R2_S3_URL === ""
        ? null
        : {
            url: data.R2_S3_URL,
            accessKeyId: data.R2_ACCESS_KEY_ID,
            secretAccessKey: data.R2_SECRET_ACCESS_KEY,
          },
  };
}

/** An address of the web without the slash at its end. */
function webAddress(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search || url.hash) return undefined;
  return value.replace(/\/$/, "");
}

/** The address of a bucket: what browsers send leads to is encrypted on its way. */
function bucketAddress(value: string): string | undefined {
  const address = webAddress(value);
  if (address === undefined) return undefined;
  const { protocol, pathname } = new URL(address);
  return protocol === "https:" && /^\/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(pathname) ? address : undefined;
}

function originsOf(value: string): string[] | undefined {
  const origins = value
    .split(",")
    .map((origin) => origin.trim())
    .filter(Boolean);
  // What a browser sends is compared letter by letter.
  return origins.every((origin) => URL.parse(origin)?.origin === origin) ? origins : undefined;
}

/** `Name <address>`, as the header of a mail writes it. */
function mailbox(value: string): { name: string; email: string } | undefined {
  const [, before = "", email] = /^([^<>]+)<([^<>\s@]+@[^<>\s@]+)>$/.exec(value.trim()) ?? [];
  const name = before.trim();
  return name && email ? { name, email } : undefined;
}

function readKey<Key>(schema: z.ZodType<Key>, value: string): Key | undefined {
  try {
    return schema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}
