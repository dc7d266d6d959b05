import { atLeast, type UserActor } from "../../../auth/actor.ts";
import { AppError, notFound } from "../../../errors.ts";
import type { Policy } from "../../../http/policies/policy.ts";
import { lastCompanyOf, requireRole } from "../../../http/policies/require-role.ts";
import { type AuthorizeCompany, streamedPolicy } from "../../../http/policies/streamed.ts";
import { parseId } from "../../../http/validation/named-id.ts";
import { findOwnUpload, type OpenUpload } from "./queries.ts";

const inCompany = streamedPolicy({ role: "manager", field: "company_id" });

/** Users who may import into some company; where the body names a company, the handler asks for it. */
export const openingPolicy: Policy<{ actor: UserActor }> = { ...inCompany, listsAll: true };

/** @throws 403 or 404 where a caller may not import: into the company that is named, or into any. */
export async function requireImporter(actor: UserActor, companyId: number | null): Promise<void> {
  if (companyId !== null) return requireRole(actor, companyId, "manager", "company_id");
  if (actor.operator || actor.roots.some(({ accessId }) => atLeast(accessId, "manager"))) return;
  throw new AppError(
    "forbidden",
    'This needs the access "manager" in a company, or a higher one: ask an owner of it.',
  );
}

/** An upload is its user's alone, and theirs as long as they may import into the company that it is for. */
export const ownUploadPolicy: Policy<{
  actor: UserActor;
  authorize: AuthorizeCompany;
  upload: OpenUpload;
}> = {
  declares: { kind: "signed_in" },
  caller: "required",
  locate: (_, userId) => lastCompanyOf(userId),
  async authorize(input) {
    const { actor, authorize } = await inCompany.authorize(input);
    const id = parseId(input.params.id ?? "");
    const upload = await findOwnUpload(input.databases.directory, id, actor.userId, Date.now());
    if (!upload) throw notFound();
    if (upload.companyId !== null) await requireRole(actor, upload.companyId, "manager");
    return { actor, authorize, upload };
  },
};
