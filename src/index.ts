import { app } from "./app.ts";
import { sweepAuditOutbox } from "./audit/outbox/carry.ts";
import { purgeLoginFailures } from "./auth/sessions/login-failures.ts";
import { purgeExpiredSessions } from "./auth/sessions/purge-sessions.ts";
import { measureStores } from "./companies/lead-stores.ts";
import { consumeErasures, sweepErasures } from "./erasures/consume-erasures.ts";
import { purgeEvents } from "./events/purge-events.ts";
import { purgeKeyedRequests } from "./http/idempotency/purge-keyed-requests.ts";
import { refuseInPublic } from "./http/request/public-host.ts";
import { purgeBatches } from "./imports/batch/purge-batches.ts";
import { sweepAnnouncements } from "./imports/dry-run/announcements/drop-announcements.ts";
import { sweepPlans } from "./imports/dry-run/drop-plan.ts";
import { scopeImports } from "./imports/list/scope-imports.ts";
import { consumeImports } from "./imports/pipeline/consumer.ts";
import { sweepImports } from "./imports/pipeline/sweep.ts";
import { consumeUndos, sweepUndos } from "./imports/undo/consume-undos.ts";
import { purgeBeforeImages } from "./imports/undo/purge-images.ts";
import { sweepUploads } from "./imports/upload/sweep-uploads.ts";
import { consumeDeadLetters } from "./jobs/dead-letters.ts";
import { logStep } from "./jobs/log-step.ts";
import { type JobMessage, readBatch } from "./jobs/message.ts";
import { openScheduledRun, type ScheduledRun } from "./jobs/scheduled-run.ts";
import { countCustomFields } from "./leads/custom-fields/count-fields.ts";
import { purgeDeletedLeads } from "./leads/erase/purge-leads.ts";
import { consumeIndexing } from "./leads/list/search/consume-indexing.ts";
import { sweepSearch } from "./leads/list/search/request-indexing.ts";
import { describeError, log } from "./log.ts";
import { consumeMails } from "./mail/consume-mails.ts";
import { purgeMails, sweepMails } from "./mail/sweep-mails.ts";
import { renewMemberships } from "./memberships/renew-memberships.ts";
import { sweepOrphanFiles } from "./orphans/sweep-orphan-files.ts";
import { purgeWebhooks } from "./webhooks/purge-webhooks.ts";
import { consumeWebhooks } from "./webhooks/sending/consume-webhooks.ts";
import { sweepWebhooks } from "./webhooks/sending/request-sending.ts";

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
} satisfies ExportedHandler<Env, JobMessage>;

/** What the lines of a batch have in common. A message says its kind and points to a row: it holds ids alone. */
function messageFields({ queue, messages }: MessageBatch<unknown>): Record<string, unknown> {
  const [first] = messages;
  return {
    queue,
    messages: messages.length,
    ...(messages.length === 1 && { message: first?.body, attempt: first?.attempts }),
  };
}

async function consume(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  if (batch.queue.endsWith("-dead")) return consumeDeadLetters(batch);
  const job = readBatch(batch);
  switch (job.kind) {
    case "import":
      return consumeImports(job.batch, env);
    case "undo":
      return consumeUndos(job.batch, env);
    case "index":
      return consumeIndexing(job.batch, env);
    case "erasure":
      return consumeErasures(job.batch, env);
    case "mail":
      return consumeMails(job.batch, env);
    case "webhook":
      return consumeWebhooks(job.batch, env);
    default:
      // A kind without a case does not compile.
      throw new Error(`no consumer for ${job satisfies never}`);
  }
}

/** What every minute brings; trouble with one keeps none of the others from its turn. */
const CHORES: ((run: ScheduledRun) => Promise<void>)[] = [
  sweepImports,
  sweepUndos,
  sweepMails,
  sweepSearch,
  sweepWebhooks,
  countCustomFields,
  sweepErasures,
  sweepAuditOutbox,
  scopeImports,
  measureStores,
  renewMemberships,
  purgeDeletedLeads,
  purgeBeforeImages,
  purgeBatches,
  sweepPlans,
  sweepAnnouncements,
  purgeKeyedRequests,
  purgeEvents,
  purgeWebhooks,
  sweepUploads,
  sweepOrphanFiles,
  purgeMails,
  purgeExpiredSessions,
  purgeLoginFailures,
];
