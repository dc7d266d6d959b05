/** What the Worker is configured with, parsed once an isolate. */
export interface Settings {
  environment: "local" | "staging" | "production";
  /** The origin in links to files; where it is empty, the one that the request came to. */
  publicUrl: string;
  corsOrigins: string[];
  /** Where the web application is, which the links in mails lead to. */
  appUrl: string;
  /** The sender of mails. */
  mailFrom: { name: string; email: string };
  maxUploadBytes: number;
  /** After how many milliseconds without progress an import is anybody's again: a lease ends, a message is sent again. */
  stalledAfter: number;
  /** From how many bytes on a lead store takes no new companies. */
  maxStoreBytes: number;
}

const parsed = new WeakMap<Env, Settings>();

/** The Worker's settings. @throws where a variable is missing or is not what it should be. */
export function settingsOf(env: Env): Settings {
  let settings = parsed.get(env);
  if (!settings) {
    settings = {
      environment: oneOf("ENVIRONMENT", env.ENVIRONMENT, ["local", "staging", "production"] as const),
      publicUrl: (env.PUBLIC_URL ?? "").replace(/\/$/, ""),
      corsOrigins: (env.CORS_ORIGINS ?? "")
        .split(",")
        .map((origin) => origin.trim())
        .filter(Boolean),
      appUrl: required("APP_URL", env.APP_URL).replace(/\/$/, ""),
      mailFrom: mailbox("MAIL_FROM", env.MAIL_FROM),
      maxUploadBytes: positive("MAX_UPLOAD_BYTES", env.MAX_UPLOAD_BYTES),
      maxStoreBytes: positive("MAX_STORE_BYTES", env.MAX_STORE_BYTES),
      stalledAfter: positive("STALLED_AFTER_SECONDS", env.STALLED_AFTER_SECONDS) * 1000,
    };
    parsed.set(env, settings);
  }
  return settings;
}

function required(name: string, value: string | undefined): string {
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

/** `Name <address>`, as the header of a mail writes it. */
function mailbox(name: string, value: string | undefined): { name: string; email: string } {
  const [, before = "", email] = /^([^<>]+)<([^<>\s@]+@[^<>\s@]+)>$/.exec(value?.trim() ?? "") ?? [];
  const display = before.trim();
  if (!display || !email) throw new Error(`${name} must be written as Name <name@example.com>`);
  return { name: display, email };
}

function positive(name: string, value: string | undefined): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${name} must be a positive number`);
  return number;
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (!found) throw new Error(`${name} must be one of ${allowed.join(", ")}`);
  return found;
}
