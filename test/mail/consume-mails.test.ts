import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { mails } from "../../src/db/directory/schema.ts";
import { MAX_RETRIES } from "../../src/mail/consume-mails.ts";
import { deliver } from "../../src/mail/outbox.ts";
import config from "../../wrangler.toml?raw";
import { type Around, surround } from "../harness/bindings.ts";
import { createUser } from "../harness/factories.ts";
import {
  directory,
  hand,
  outcomeOf,
  rowOf,
  sendingError,
  unwatchMail,
  watchMail,
  write,
} from "./watched-mail.ts";

const DAY = 24 * 60 * 60 * 1000;

let logged: MockInstance<typeof console.error>;
beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  unwatchMail();
  vi.restoreAllMocks();
});

/** A user with a mail in the outbox that nobody was told of. */
async function someMail() {
  const user = await createUser({ firstName: "Esperanza" });
  const id = await write({
    kind: "set_password",
    email: user.email,
    userId: user.id,
    linkExpiresAt: Date.now() + DAY,
  });
  return { ...user, mail: id };
}

function events(): Record<string, unknown>[] {
  return logged.mock.calls.map(([line]) => JSON.parse(String(line)));
}

/** Bindings whose directory fails as `around` has it. */
function directoryThat(around: Around): Env {
  return surround(env, around, async () => {});
}

it("tries again what was not taken, by the real queue, and then it is sent", async () => {
  let tries = 0;
  const sent = watchMail(() => {
    tries += 1;
    if (tries === 1) throw sendingError("E_INTERNAL_SERVER_ERROR");
  });
  const { mail, email } = await someMail();
  await deliver(env, [mail]);
  expect(await outcomeOf(mail)).toMatchObject({ failedAt: null });
  expect(tries).toBe(2);
  expect(sent.map(({ to }) => to)).toEqual([email]);
  expect(events()).toMatchObject([
    {
      event: "mail.try_failed",
      mail_id: mail,
      kind: "set_password",
      attempt: 1,
      code: "E_INTERNAL_SERVER_ERROR",
    },
  ]);
});

it("waits longer with each try, and tells the sweep until when", async () => {
  watchMail(() => {
    throw new Error("Network connection lost.");
  });
  const { mail } = await someMail();
  const delays: number[] = [];
  for (let attempt = 1; attempt <= MAX_RETRIES; attempt++) {
    const before = Date.now();
    const { acknowledged, delays: scheduled } = await hand([mail], attempt);
    expect(acknowledged).toEqual([]);
    const delay = Number(scheduled["0"]);
    delays.push(delay);
    const { queuedAt, doneAt, failedAt } = await rowOf(mail);
    expect([doneAt, failedAt]).toEqual([null, null]);
    expect(queuedAt).toBeGreaterThanOrEqual(before + delay * 1000);
    expect(queuedAt).toBeLessThanOrEqual(Date.now() + delay * 1000);
  }
  expect(delays).toEqual([5, 15, 45, 135, 405, 1215, 3600, 3600, 3600, 3600]);
});

it("waits for hours where the day's quota is used up", async () => {
  watchMail(() => {
    throw sendingError("E_DAILY_LIMIT_EXCEEDED");
  });
  const { mail } = await someMail();
  expect(await hand([mail])).toEqual({ acknowledged: [], delays: { 0: 10_800 } });
});

it("gives a mail up once its tries are used up, which are those of the queue", async () => {
  const queues = config.split("[[").filter((part) => /^.*queues\.consumers[^[]*-mails"/s.test(part));
  expect(queues).toHaveLength(3);
  for (const queue of queues) expect(queue).toContain(`\nmax_retries = ${MAX_RETRIES}\n`);

  const sent = watchMail(() => {
    throw sendingError("E_DELIVERY_FAILED");
  });
  const { mail } = await someMail();
  expect(await hand([mail], MAX_RETRIES + 1)).toEqual({ acknowledged: ["0"], delays: {} });
  expect(await rowOf(mail)).toMatchObject({ doneAt: null, failedAt: expect.any(Number) });
  expect(events()).toMatchObject([{ event: "mail.failed", mail_id: mail, code: "E_DELIVERY_FAILED" }]);
  // A late copy of the message does not bring it back.
  unwatchMail();
  watchMail();
  expect(await hand([mail])).toEqual({ acknowledged: ["0"], delays: {} });
  expect(sent).toEqual([]);
});

it.each([
  "E_VALIDATION_ERROR",
  "E_FIELD_MISSING",
  "E_TOO_MANY_RECIPIENTS",
  "E_SENDER_NOT_VERIFIED",
  "E_SENDER_DOMAIN_NOT_AVAILABLE",
  "E_RECIPIENT_NOT_ALLOWED",
  "E_RECIPIENT_SUPPRESSED",
  "E_CONTENT_TOO_LARGE",
  "E_HEADER_NOT_ALLOWED",
  "E_HEADERS_TOO_LARGE",
])("gives a mail up at once after %s", async (code) => {
  watchMail(() => {
    throw sendingError(code);
  });
  const { mail } = await someMail();
  expect(await hand([mail])).toEqual({ acknowledged: ["0"], delays: {} });
  expect(await rowOf(mail)).toMatchObject({ doneAt: null, failedAt: expect.any(Number) });
});

it.each(["E_RATE_LIMIT_EXCEEDED", "E_DELIVERY_FAILED", "E_INTERNAL_SERVER_ERROR", "E_OF_NEXT_YEAR", ""])(
  "tries again after %s",
  async (code) => {
    watchMail(() => {
      throw sendingError(code);
    });
    const { mail } = await someMail();
    expect(await hand([mail])).toEqual({ acknowledged: [], delays: { 0: 5 } });
    expect(await rowOf(mail)).toMatchObject({ doneAt: null, failedAt: null });
  },
);

it("keeps a batch going where one of its mails fails, or takes its time", async () => {
  const people = await Promise.all(Array.from({ length: 10 }, someMail));
  const [hanging, failing, scheduled, ...fine] = people;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sent = watchMail(({ to }) => {
    if (to === hanging?.email) return released;
    if (to === failing?.email) throw new Error("lost");
    if (to === scheduled?.email) throw sendingError("E_RECIPIENT_SUPPRESSED");
  });
  const handed = hand(people.map(({ mail }) => mail));
  await expect.poll(() => sent.map(({ to }) => to).sort()).toEqual(fine.map(({ email }) => email).sort());
  release();
  const { acknowledged, delays } = await handed;
  expect(acknowledged).toEqual(["0", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(delays).toEqual({ 1: 5 });
  expect(sent).toHaveLength(8);
});

it("sends a mail once, however many messages of it come", async () => {
  const sent = watchMail();
  const { mail } = await someMail();
  expect(await hand([mail, mail, mail])).toEqual({ acknowledged: ["0", "1", "2"], delays: {} });
  await hand([mail]);
  expect(sent).toHaveLength(1);
});

it("acknowledges a message that points to no mail", async () => {
  const sent = watchMail();
  expect(await hand([987_654_321, {}, { mail_id: "1; --" }, { mail_id: 1.5 }])).toEqual({
    acknowledged: ["0", "1", "2", "3"],
    delays: {},
  });
  expect(sent).toEqual([]);
  expect(events()).toEqual([]);
});

describe("where the directory does not answer", () => {
  it("tries again before anything was sent", async () => {
    const sent = watchMail();
    const { mail } = await someMail();
    const broken = directoryThat(() => Promise.reject(new Error("D1_ERROR: no directory")));
    expect(await hand([mail], 3, broken)).toEqual({ acknowledged: [], delays: { 0: 45 } });
    // Nor is the last try's message taken for done: the mail stays for the sweep.
    expect(await hand([mail], MAX_RETRIES + 1, broken)).toMatchObject({ acknowledged: [] });
    expect(await rowOf(mail)).toMatchObject({ doneAt: null, failedAt: null });
    expect(sent).toEqual([]);
  });

  it("sends with the same link again where it could not be written down", async () => {
    const sent = watchMail();
    const { mail } = await someMail();
    const unrecorded = directoryThat((_, call) =>
      sent.length > 0 ? Promise.reject(new Error("D1_ERROR: gone")) : call(),
    );
    expect(await hand([mail], 1, unrecorded)).toEqual({ acknowledged: [], delays: { 0: 5 } });
    expect(await rowOf(mail)).toMatchObject({ doneAt: null });
    expect(await hand([mail], 2)).toEqual({ acknowledged: ["0"], delays: {} });
    expect(await rowOf(mail)).toMatchObject({ doneAt: expect.any(Number) });
    const [first, second] = sent;
    expect(sent).toHaveLength(2);
    expect(linkOf(first?.text)).toMatch(/token=\d+\.[\w-]{43}$/);
    expect(linkOf(second?.text)).toBe(linkOf(first?.text));
  });
});

function linkOf(text = ""): string | undefined {
  return text.split("\n").find((line) => line.startsWith("http"));
}

it("logs ids, kinds and codes, and nothing of a person", async () => {
  const spies = (["log", "info", "warn", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  const people = await Promise.all(Array.from({ length: 5 }, someMail));
  const [refused, lost, expired, unknown, late] = people;
  watchMail(({ to, subject, text }) => {
    const said = `mail to ${to} (${subject}) not taken: ${text}`;
    if (to === refused?.email) throw sendingError("E_RECIPIENT_NOT_ALLOWED", said);
    if (to === lost?.email) throw new Error(said);
    if (to === unknown?.email) throw sendingError(to, said);
  });
  await directory
    .update(mails)
    .set({ linkExpiresAt: 1 })
    .where(eq(mails.id, expired?.mail ?? 0));
  await hand(people.map(({ mail }) => mail));
  const broken = directoryThat(() => Promise.reject(new Error("D1_ERROR: no directory")));
  await hand([late?.mail ?? 0], 1, broken);
  const queue = { send: () => Promise.reject(new Error("no queue")) };
  await deliver({ ...env, MAILS: queue } as unknown as Env, [late?.mail ?? 0]);
  expect(events().map(({ event, mail_id }) => [event, mail_id])).toEqual(
    expect.arrayContaining([
      ["mail.failed", refused?.mail],
      ["mail.try_failed", lost?.mail],
      ["mail.expired", expired?.mail],
      ["mail.try_failed", unknown?.mail],
      ["mail.not_queued", late?.mail],
    ]),
  );
  const lines = [logged, ...spies].flatMap((spy) => spy.mock.calls.flat()).join("\n");
  for (const { email } of people) expect(lines).not.toContain(email);
  expect(lines).not.toMatch(/@|Esperanza|token|password"?:|localhost:5173/);
});
