import { atLeast, type CompanyActor } from "../../../auth/actor.ts";
import { AppError, requireFound } from "../../../errors.ts";
import { beginning } from "../../../http/beginning.ts";
import type { Policy, PolicyInput } from "../../../http/policies/policy.ts";
import { lastCompanyOf, requireRole } from "../../../http/policies/require-role.ts";
import { type AuthorizeCompany, streamedPolicy } from "../../../http/policies/streamed.ts";
import { parseId } from "../../../http/validation/named-id.ts";
import { findOwnUpload, type OpenUpload, type UploadOwner, uploadOwnerOf } from "./queries.ts";

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

const own = beginning(
  ({ databases, params, owner }: Pick<PolicyInput, "databases" | "params"> & { owner: UploadOwner }) =>
    findOwnUpload(databases.directory, parseId(params.id ?? ""), owner, Date.now()),
  ({ owner }) => owner.keyId ?? owner.userId,
);

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
  begin({ databases, params, userId }) {
    // Whose the upload of a key is is known with the key alone.
    if (userId !== null) own.begin({ databases, params, owner: { userId, keyId: null } });
  },
  async authorize(input) {
    const { actor, authorize } = await inCompany.authorize(input);
    const { databases, params } = input;
    const upload = requireFound(await own.finish({ databases, params, owner: uploadOwnerOf(actor) }));
    if (upload.companyId !== null) await requireRole(actor, upload.companyId, "manager");
    return { actor, authorize, upload };
  },
};
