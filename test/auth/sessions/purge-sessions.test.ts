import { createScheduledController, env } from "cloudflare:test";
import { inArray } from "drizzle-orm";
import { expect, it } from "vitest";
import { purgeExpiredSessions } from "../../../src/auth/sessions/purge-sessions.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { sessions } from "../../../src/db/directory/schema.ts";
import worker from "../../../src/index.ts";
import { PURGED_AT_ONCE, PURGES_A_RUN } from "../../../src/jobs/purge.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { createUser } from "../../harness/factories.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const directory = openDirectory(env.DIRECTORY);

/** The rows of one family. @returns their ids. */
async function family(...rows: { expiresAt: number; revokedAt?: number }[]): Promise<number[]> {
  const user = await createUser();
  const name = crypto.randomUUID();
  const inserted = await directory
    .insert(sessions)
    .values(
      rows.map((row) => ({
        ...row,
        userId: user.id,
        family: name,
        refreshHash: crypto.randomUUID(),
        createdAt: row.expiresAt - 30 * DAY,
      })),
    )
    .returning({ id: sessions.id });
  return inserted.map(({ id }) => id);
}

async function left(ids: number[]): Promise<number[]> {
  const rows = await directory.select({ id: sessions.id }).from(sessions).where(inArray(sessions.id, ids));
  return rows.map(({ id }) => id);
}

it("takes out what expired a day ago, and nothing that still ends a token", async () => {
  const now = Date.now();
  const long = now - DAY - 1;
  const gone = [
    ...(await family({ expiresAt: long })),
    ...(await family({ expiresAt: long, revokedAt: long }, { expiresAt: long - 40 * DAY })),
  ];
  const kept = [
    ...(await family({ expiresAt: now - DAY })),
    ...(await family({ expiresAt: now + DAY, revokedAt: long - DAY })),
    ...(await family({ expiresAt: long, revokedAt: now - HOUR })),
    // The family was revoked lately: also the row of it that was not.
    ...(await family({ expiresAt: long }, { expiresAt: now + DAY, revokedAt: now - HOUR })),
  ];
  const [oldOfLiving = 0, living = 0] = await family({ expiresAt: long }, { expiresAt: now + 20 * DAY });
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(now), cron: "* * * * *" }), env);
  expect(await left([...gone, ...kept, oldOfLiving, living])).toEqual([...kept, living]);
});

it("takes out a bounded number at once, and the rest later", async () => {
  const long = Date.now() - 3 * DAY;
  const { id } = await createUser();
  await env.DIRECTORY.prepare(
    `INSERT INTO sessions (user_id, family, refresh_hash, created_at, expires_at)
     SELECT ?1, value, value, 0, ?2 FROM json_each(?3)`,
  )
    .bind(
      id,
      long,
      JSON.stringify(Array.from({ length: PURGED_AT_ONCE * PURGES_A_RUN + 3 }, () => crypto.randomUUID())),
    )
    .run();
  const count = () => directory.$count(sessions, inArray(sessions.userId, [id]));
  await purgeExpiredSessions(openScheduledRun(env, Date.now()));
  expect(await count()).toBe(3);
  await purgeExpiredSessions(openScheduledRun(env, Date.now()));
  expect(await count()).toBe(0);
});
