import { app } from "./app.ts";
import { forgetSessions } from "./auth/forget-sessions.ts";
import { forgetLoginFailures } from "./auth/login-failures.ts";
import { forgetLeads } from "./features/leads/forget-leads.ts";
import { renewMemberships } from "./features/memberships/renew-memberships.ts";
import { forgetIdempotencyKeys } from "./http/idempotency.ts";
import { refuseInPublic } from "./http/public-host.ts";
import { consumeDeadImports, consumeImports } from "./imports/consumer.ts";
import type { ImportMessage } from "./imports/start-import.ts";
import { sweepImports } from "./imports/sweep.ts";
import { logStep } from "./jobs/log-step.ts";
import { openScheduledRun, type ScheduledRun } from "./jobs/scheduled-run.ts";
import { describeError, log } from "./log.ts";
import { consumeMails } from "./mail/consume-mails.ts";
import type { MailMessage } from "./mail/outbox.ts";
import { forgetMails, sweepMails } from "./mail/sweep-mails.ts";
import { consumeIndexing } from "./search/consume-indexing.ts";
import { type SearchMessage, sweepSearch } from "./search/request-indexing.ts";

export default {
  fetch: (request: Request, env, ctx) => refuseInPublic(request, env) ?? app.fetch(request, env, ctx),

  queue: (batch, env) => logStep(env, "queue", messageFields(batch), () => consume(batch, env)),

  scheduled: ({ scheduledTime }, env) =>
    logStep(env, "cron", {}, async () => {
      const run = openScheduledRun(env, scheduledTime);
      // Side by side: one that waits for a sick database keeps none of the others waiting.
      await Promise.all(
        CHORES.map(async (chore) => {
          try {
            await chore(run);
          } catch (error) {
            log("error", "chore.failed", { chore: chore.name, ...describeError(error) });
          }
        }),
      );
    }),
} satisfies ExportedHandler<Env, ImportMessage | MailMessage | SearchMessage>;

/** What the lines of a batch have in common. A message says its kind and points to a row: it holds ids alone. */
function messageFields({ queue, messages }: MessageBatch<unknown>): Record<string, unknown> {
  const [first] = messages;
  return {
    queue,
    messages: messages.length,
    ...(messages.length === 1 && { message: first?.body, attempt: first?.attempts }),
  };
}

async function consume(
  batch: MessageBatch<ImportMessage | MailMessage | SearchMessage>,
  env: Env,
): Promise<void> {
  if (isOfMails(batch)) return consumeMails(batch, env);
  if (isOfSearch(batch)) return consumeIndexing(batch, env);
  const imports = batch as MessageBatch<ImportMessage>;
  await (batch.queue.endsWith("-dead") ? consumeDeadImports : consumeImports)(imports, env);
}

/** What a batch holds is told by its queue, whose name ends alike in every environment. */
function isOfMails(batch: MessageBatch<unknown>): batch is MessageBatch<MailMessage> {
  return batch.queue.endsWith("-mails");
}

/** The index of leads is asked for in the queue of imports, whose batches are of one message. */
function isOfSearch(batch: MessageBatch<unknown>): batch is MessageBatch<SearchMessage> {
  return batch.messages.every(({ body }) => Object.hasOwn(body as object, "search_store"));
}

/** What every minute brings; trouble with one keeps none of the others from its turn. */
const CHORES: ((run: ScheduledRun) => Promise<void>)[] = [
  sweepImports,
  sweepMails,
  sweepSearch,
  renewMemberships,
  forgetLeads,
  forgetIdempotencyKeys,
  forgetMails,
  forgetSessions,
  forgetLoginFailures,
];
