import type * as z from "zod";
import { MOST_ACTIVE, makeKey, type NewApiKey } from "../api-keys/make-key.ts";
import type { Origin } from "../audit/record.ts";
import { accessIdOf, type UserActor } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { AppError, fieldError } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { requireConfirmedEmailIn } from "../user-accesses/grant/own-tree.ts";
import { type ImportLinkBody, LONGEST_DAYS } from "./schemas.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a link for imports, by those who may import themselves: it can do less than they.
 *
 * @param campaign the one that the body names, of whatever company; `undefined` where there is none.
 * @throws 403 where the actor may not import (any more) or has not confirmed their address, 409 where the company has as many links as it may, 422 for a
 * campaign that is not the company's, and for an end that has passed or is too far.
 */
export async function createImportLink(
  directory: DirectoryDb,
  origin: Origin,
  { actor, companyId }: { actor: UserActor; companyId: number },
  body: z.output<typeof ImportLinkBody>,
  campaign: { companyId: number } | undefined,
  creation: Creation,
): Promise<NewApiKey> {
  await requireConfirmedEmailIn(directory, actor, companyId);
  const { campaign_id: campaignId = null } = body;
  if (campaignId !== null && campaign?.companyId !== companyId) {
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  }
  const expiresAt = Date.parse(body.expires_at);
  if (expiresAt > origin.now + LONGEST_DAYS * DAY_MS) {
    throw fieldError("invalid_body", "expires_at", "too_late", `must be within ${LONGEST_DAYS} days`);
  }
  const importLink = {
    campaignId,
    mostRecords: body.most_records,
    allowedOrigin: body.allowed_origin,
    onDuplicate: body.on_duplicate,
  };
  return makeKey(
    directory,
    origin,
    {
      kind: "importLink",
      createdBy: actor.userId,
      // Who manages a company gives the access of an agent, and imports: a link is what a manager makes.
      right: { companyId, accessId: accessIdOf("agent") },
      key: {
        companyId,
        accessId: accessIdOf("manager"),
        name: body.name,
        scopes: null,
        importLink,
        expiresAt,
      },
      audited: { action: "import_link.created", details: { campaign_id: campaignId } },
      refusals: { forbidden: notManaging, list_full: tooManyLinks },
    },
    creation,
  );
}

function notManaging(): AppError {
  return new AppError("forbidden", "Only people who may import into the company make links for it.");
}

function tooManyLinks(): AppError {
  const detail = `A company has at most ${MOST_ACTIVE} active links for imports: end those that nobody uses.`;
  return new AppError("list_full", detail);
}
