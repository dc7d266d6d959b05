import { expect, test } from "vitest";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { surround } from "../harness/bindings.ts";
import { createCompany } from "../harness/factories.ts";
import { failEachOperation } from "../harness/failing-operation.ts";
import { newReceiver, verify } from "../harness/receiver/receiver.ts";
import { deliveriesOf, quiet, runWebhook, writeEvents } from "./sending-run.ts";

const HOUR = 60 * 60_000;
const LEADS = [1, 2, 1, 1];

test("killed at any operation, before or after it took effect, a sender sends each event, in order and unchanged", async () => {
  const company = await createCompany();
  const reached = await failEachOperation(async (around, what) => {
    const receiver = newReceiver();
    const { id, secret } = await createWebhook(company, { url: receiver.url });
    await writeEvents(company, LEADS);
    const failing = surround(quiet(), around, async () => {});
    await runWebhook(company, id, { env: failing });
    // Its lease has ended by then.
    await runWebhook(company, id, { now: () => Date.now() + HOUR });
    const received = await receiver.received();
    const says = received.map((one) => verify(secret, one));
    const ids = new Set(says.map((one) => one.id));
    expect(ids.size, what()).toBe(LEADS.length);
    const bodies = new Set(received.map(({ body, headers }) => headers["webhook-id"] + body));
    expect(bodies.size, what()).toBe(LEADS.length);
    for (const ofLead of Map.groupBy(says, ({ object }) => object.id).values()) {
      const firsts = [...new Set(ofLead.map((one) => Number(one.id.split("-")[1])))];
      expect(firsts, what()).toEqual(firsts.toSorted((a, b) => a - b));
    }
    const deliveries = await deliveriesOf(company, id);
    expect(
      deliveries.map(({ status }) => status),
      what(),
    ).toEqual(LEADS.map(() => "delivered"));
  });
  expect(reached).toBeGreaterThan(12);
});
