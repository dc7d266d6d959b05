import { expect, test } from "vitest";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { newReceiver, verify } from "../harness/receiver/receiver.ts";
import { deliveriesOf, runWebhook } from "./sending-run.ts";

/** Words that are of the person alone. */
const PERSON = /zuleika|qwertz|5512345678/i;

test("nothing that is kept of deliveries has a person in it, before and after they are erased", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const receiver = newReceiver();
  await receiver.answer({ status: 500 });
  // Off for those who look by themselves: the test sends.
  const { id, secret } = await createWebhook(company, { url: receiver.url, queuedAt: Date.now() });
  const send = (path: string, method: string, json: unknown = {}) =>
    call(path, { token: owner.token, method, json });
  await deliver(
    await prepareImport(
      company,
      "email,first_name,phone,Qwertz\nzuleika@leads.test,Zuleika,+525512345678,qwertz\nb@leads.test,B,,\n",
    ),
  );
  const { leads } = await bodyOf(call(`/companies/${company.id}/leads`, { token: owner.token }));
  const lead = leads.find(({ email }: { email: string }) => email.startsWith("zuleika"));
  await bodyOf(
    send(`/leads/${lead.id}`, "PUT", { custom_fields: { Qwertz: "other" }, notes: "Zuleika called" }),
  );
  await runWebhook(company, id);
  const before = await deliveriesOf(company, id);
  expect(before.filter(({ object_id }) => object_id === lead.id).length).toBeGreaterThan(1);
  expect(JSON.stringify(before)).not.toMatch(PERSON);
  await bodyOf(send(`/leads/${lead.id}/erase`, "POST"), 202);
  await receiver.answer({});
  await runWebhook(company, id, { now: () => Date.now() + 60_000 });
  const after = await deliveriesOf(company, id);
  expect(after.map(({ status }) => status)).toEqual(after.map(() => "delivered"));
  const received = await receiver.received();
  expect(JSON.stringify([after, received])).not.toMatch(PERSON);
  // What was tried before is sent as it was, and that the person is erased comes last.
  const ofLead = received.map((one) => verify(secret, one)).filter(({ object }) => object.id === lead.id);
  expect(ofLead.at(-1)?.type).toBe("lead.erased");
});
