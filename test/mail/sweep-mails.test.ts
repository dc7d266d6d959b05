import { createScheduledController, env } from "cloudflare:test";
import { eq, inArray } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mails } from "../../src/db/directory/schema.ts";
import worker from "../../src/index.ts";
import type { MailMessage } from "../../src/jobs/message.ts";
import { PURGED_AT_ONCE, PURGES_A_RUN } from "../../src/jobs/purge.ts";
import { openScheduledRun } from "../../src/jobs/scheduled-run.ts";
import { deliver } from "../../src/mail/outbox.ts";
import { purgeMails, sweepMails } from "../../src/mail/sweep-mails.ts";
import { createUser } from "../harness/factories.ts";
import { directory, outcomeOf, rowOf, unwatchMail, watchMail, write } from "./watched-mail.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(unwatchMail);

/** A mail in the outbox, written and queued at a time. */
async function someMail(at: number, differs: Partial<typeof mails.$inferInsert> = {}) {
  const user = await createUser();
  const id = await write(
    { kind: "set_password", email: user.email, userId: user.id, linkExpiresAt: at + 7 * DAY },
    at,
  );
  if (Object.keys(differs).length > 0) await directory.update(mails).set(differs).where(eq(mails.id, id));
  return id;
}

/** Sweeps, and lets the queue have nothing. @returns the mails that it would have got. */
async function sweep(now: number, send: (id: number) => void = () => {}): Promise<number[]> {
  const sent: number[] = [];
  const queue = {
    async send({ mail_id: id }: MailMessage) {
      send(id);
      sent.push(id);
    },
  };
  await sweepMails(openScheduledRun({ ...env, MAILS: queue } as unknown as Env, now));
  return sent.sort((a, b) => a - b);
}

async function end(ids: number[]): Promise<void> {
  for (const id of ids) await directory.update(mails).set({ doneAt: 1 }).where(eq(mails.id, id));
}

describe("the sweep", () => {
  it("has a mail sent that the queue never got; the request does not notice", async () => {
    const sent = watchMail();
    const id = await someMail(Date.now());
    const queue = { send: () => Promise.reject(new Error("the queue is down")) };
    await deliver({ ...env, MAILS: queue } as unknown as Env, [id]);
    expect(await rowOf(id)).toMatchObject({ doneAt: null });
    const scheduledTime = new Date(Date.now() + 10 * MINUTE + 1);
    await worker.scheduled(createScheduledController({ scheduledTime, cron: "* * * * *" }), env);
    expect(await outcomeOf(id)).toMatchObject({ failedAt: null, queuedAt: scheduledTime.getTime() });
    expect(sent).toHaveLength(1);
  });

  it("takes up a lost mail once in ten minutes, and none before", async () => {
    const now = Date.now();
    const id = await someMail(now);
    expect(await sweep(now + 10 * MINUTE)).toEqual([]);
    expect(await sweep(now + 10 * MINUTE + 1)).toEqual([id]);
    expect(await sweep(now + 10 * MINUTE + 1)).toEqual([]);
    expect(await sweep(now + 20 * MINUTE + 1)).toEqual([]);
    expect(await sweep(now + 20 * MINUTE + 2)).toEqual([id]);
    await end([id]);
  });

  it("takes it up once where two run at the same time", async () => {
    const now = Date.now();
    const id = await someMail(now - DAY);
    const both = await Promise.all([sweep(now), sweep(now)]);
    expect(both.flat()).toEqual([id]);
    await end([id]);
  });

  it("leaves alone what is dealt with, and what the queue is to have later", async () => {
    const now = Date.now();
    const old = now - DAY;
    await someMail(old, { doneAt: old });
    await someMail(old, { failedAt: old });
    const later = await someMail(old, { queuedAt: now + 5 });
    expect(await sweep(now)).toEqual([]);
    await end([later]);
  });

  it("takes a hundred at once, those that wait longest", async () => {
    const user = await createUser();
    const now = Date.now();
    const ids: number[] = [];
    for (let n = 0; n < 103; n++) {
      const mail = {
        kind: "email_changed",
        email: user.email,
        userId: user.id,
        linkExpiresAt: null,
      } as const;
      ids.push(await write(mail, now - DAY - n));
    }
    expect(await sweep(now)).toEqual(ids.slice(3));
    expect(await sweep(now)).toEqual(ids.slice(0, 3));
    expect(await sweep(now)).toEqual([]);
    await end(ids);
  });

  it("goes on where one cannot be queued, and takes that up the next time", async () => {
    const now = Date.now();
    const ids = [await someMail(now - DAY), await someMail(now - DAY), await someMail(now - DAY)];
    const sent = await sweep(now, (id) => {
      if (id === ids[1]) throw new Error("no queue");
    });
    expect(sent).toEqual([ids[0], ids[2]]);
    await end([Number(ids[0]), Number(ids[2])]);
    expect(await sweep(now + 10 * MINUTE + 1)).toEqual([ids[1]]);
    await end(ids);
  });
});

describe("purging", () => {
  it("takes out mails of 30 days ago that are dealt with, and no others", async () => {
    const now = Date.now() + 1000 * DAY;
    const old = now - 30 * DAY - 1;
    const gone = [
      await someMail(old, { doneAt: old }),
      await someMail(old, { failedAt: old }),
      await someMail(old, { linkEndedAt: old }),
    ];
    const kept = [
      await someMail(old),
      await someMail(old + 1, { doneAt: old }),
      await someMail(now, { failedAt: now, linkEndedAt: now }),
    ];
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(now), cron: "* * * * *" }), {
      ...env,
      MAILS: { send: async () => {} },
    } as unknown as Env);
    const left = await directory
      .select({ id: mails.id })
      .from(mails)
      .where(inArray(mails.id, [...gone, ...kept]));
    expect(left.map(({ id }) => id)).toEqual(kept);
    await end(kept);
  });

  it("takes out a bounded number at once, and the rest later", async () => {
    const now = Date.now() + 2000 * DAY;
    const row = { kind: "email_changed", email: "a@example.test", createdAt: 1, queuedAt: 1, doneAt: 1 };
    const rows = JSON.stringify(
      Array.from({ length: PURGED_AT_ONCE * PURGES_A_RUN + 2 }, () => Object.values(row)),
    );
    await env.DIRECTORY.prepare(
      `INSERT INTO mails (kind, email, created_at, queued_at, done_at)
       SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?)`,
    )
      .bind(rows)
      .run();
    const count = () => directory.$count(mails, eq(mails.email, row.email));
    const before = await directory.$count(mails);
    await purgeMails(openScheduledRun(env, now));
    expect(await directory.$count(mails)).toBe(before - PURGED_AT_ONCE * PURGES_A_RUN);
    await purgeMails(openScheduledRun(env, now));
    expect(await count()).toBe(0);
  });
});
