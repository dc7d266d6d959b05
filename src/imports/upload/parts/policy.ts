import { atLeast, type CompanyActor } from "../../../auth/actor.ts";
import { AppError, notFound } from "../../../errors.ts";
import type { Policy } from "../../../http/policies/policy.ts";
import { lastCompanyOf, requireRole } from "../../../http/policies/require-role.ts";
import { type AuthorizeCompany, streamedPolicy } from "../../../http/policies/streamed.ts";
import { parseId } from "../../../http/validation/named-id.ts";
import { findOwnUpload, type OpenUpload, uploadOwnerOf } from "./queries.ts";

const inCompany = streamedPolicy({ role: "manager", field: "company_id" });

/** Those who may import into some company; where the body names a company, the handler asks for it. */
export const openingPolicy: Policy<{ actor: CompanyActor }> = { ...inCompany, listsAll: true };

/** @throws 403 or 404 where a caller may not import: into the company that is named, or into any. */
export async function requireImporter(actor: CompanyActor, companyId: number | null): Promise<void> {
  if (companyId !== null) return requireRole(actor, companyId, "manager", "company_id");
  if (actor.operator || actor.roots.some(({ accessId }) => atLeast(accessId, "manager"))) return;
  throw new AppError(
    "forbidden",
    'This needs the access "manager" in a company, or a higher one: ask an owner of it.',
  );
}

/** An upload is its caller's alone, and theirs as long as they may import into the company that it is for. */
export const ownUploadPolicy: Policy<{
  actor: CompanyActor;
  authorize: AuthorizeCompany;
  upload: OpenUpload;
}> = {
  declares: { kind: "signed_in" },
  caller: "required",
  acceptsKeys: true,
  locate: (_, userId) => lastCompanyOf(userId),
  async authorize(input) {
    const { actor, authorize } = await inCompany.authorize(input);
    const id = parseId(input.params.id ?? "");
    const upload = await findOwnUpload(input.databases.directory, id, uploadOwnerOf(actor), Date.now());
    if (!upload) throw notFound();
    if (upload.companyId !== null) await requireRole(actor, upload.companyId, "manager");
    return { actor, authorize, upload };
  },
};
