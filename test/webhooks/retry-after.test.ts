import { expect, test } from "vitest";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { createCompany } from "../harness/factories.ts";
import { newReceiver } from "../harness/receiver/receiver.ts";
import { deliveriesOf, runWebhook, writeEvents } from "./sending-run.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test.each([
  [429, "120", 120 * SECOND],
  [503, "3600", HOUR],
  [503, new Date(Date.now() + 10 * HOUR).toUTCString(), 10 * HOUR],
  // No longer than the longest pause that there is without it.
  [429, "99999999999", 12 * HOUR],
  [503, "Fri, 31 Dec 2199 23:59:59 GMT", 12 * HOUR],
  // Shorter than the pause that there is anyway, or nothing that can be read.
  [429, "1", 5 * SECOND],
  [429, "-5", 5 * SECOND],
  [429, "soon", 5 * SECOND],
  [503, "Tue, 01 Jan 2019 00:00:00 GMT", 5 * SECOND],
  [429, "9".repeat(400), 5 * SECOND],
  // Not what the header is for.
  [500, "7200", 5 * SECOND],
])("a %i with Retry-After: %s is left alone for %i ms, with all that waits", async (status, after, pause) => {
  const company = await createCompany();
  const receiver = newReceiver();
  await receiver.answer({ status, headers: { "Retry-After": after } });
  const { id } = await createWebhook(company, { url: receiver.url });
  await writeEvents(company, [1]);
  const start = Date.now();
  await runWebhook(company, id, { now: () => start });
  await receiver.answer({});
  await writeEvents(company, [2]);
  const asked = pause > 5 * SECOND;
  // A date has whole seconds, and is one of a moment before.
  await runWebhook(company, id, { now: () => start + pause - 2 * SECOND });
  const waiting = (await receiver.received()).map(({ body }) => JSON.parse(body).object.id);
  expect(waiting).toEqual(asked ? [1] : [1, 2]);
  await runWebhook(company, id, { now: () => start + pause + SECOND });
  expect((await deliveriesOf(company, id)).map((one) => one.status)).toEqual(["delivered", "delivered"]);
});
