import { originOf } from "../audit/record.ts";
import { findCompany } from "../companies/queries.ts";
import { CompanyAnswer, exampleCompany } from "../companies/schemas.ts";
import { showCompany } from "../companies/show-companies.ts";
import { notFound } from "../errors.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { type Route, route } from "../http/route.ts";
import { avatarRoute } from "./avatar-route.ts";
import { changeAvatar } from "./change-avatar.ts";
import { receivedImage } from "./image/received-image.ts";
import type { AvatarOwner } from "./queries.ts";
import { removeAvatar } from "./remove-avatar.ts";
import {
  CompanyAvatarBody,
  CompanyAvatarQuery,
  exampleAvatar,
  IMAGE_BODY_BYTES,
  IMAGE_TYPES,
  NoCompanyAvatarBody,
} from "./schemas.ts";

const ownerOf = (id: number): AvatarOwner => ({ kind: "company", id, companyId: id });

export const companyAvatarRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/companies/avatar",
      operationId: "changeCompanyAvatar",
      summary: "Change a company's avatar",
      description:
        "Takes a PNG, JPEG, WebP or GIF of at most 2 MiB and 4096 × 4096 pixels: in base64, or as the `file` of a " +
        "form. Each avatar has an address of its own, and the one before is gone.",
      tag: "Avatars",
      access: tenantPolicy({ role: "owner", in: "body", field: "company_id" }),
      request: { body: CompanyAvatarBody },
      form: { file: IMAGE_TYPES },
      bodyBytes: IMAGE_BODY_BYTES,
      response: {
        status: 200,
        description: "The company, with the new avatar.",
        schema: CompanyAnswer,
        example: { company: { ...exampleCompany, avatar_route: avatarRoute(exampleAvatar) } },
      },
      errors: ["invalid_image"],
    },
    async ({ call, actor, companyId, tenant, body }) => {
      const [db, origin] = [call.databases.directory, originOf(call, actor)];
      const image = receivedImage(body);
      const company = await findCompany(db, companyId);
      if (!company) throw notFound("company_id");
      const avatarKey = await changeAvatar(call.env, db, origin, ownerOf(companyId), image);
      return {
        company: await showCompany(tenant, { ...company, avatarKey, updatedAt: origin.now }, call.now),
      };
    },
  ),
  route(
    {
      method: "delete",
      path: "/companies/avatar",
      operationId: "removeCompanyAvatar",
      summary: "Remove a company's avatar",
      description: "The company is named in the body or in the query.",
      tag: "Avatars",
      access: tenantPolicy({ role: "owner", in: "body_or_query", field: "company_id" }),
      request: { query: CompanyAvatarQuery, body: NoCompanyAvatarBody },
      response: {
        status: 200,
        description: "The company, without an avatar; so too where there was none.",
        schema: CompanyAnswer,
        example: { company: exampleCompany },
      },
    },
    async ({ call, actor, companyId, tenant }) => {
      const [db, origin] = [call.databases.directory, originOf(call, actor)];
      const company = await findCompany(db, companyId);
      if (!company) throw notFound("company_id");
      const removed = await removeAvatar(call.env, db, origin, ownerOf(companyId));
      const updatedAt = removed ? origin.now : company.updatedAt;
      return { company: await showCompany(tenant, { ...company, avatarKey: null, updatedAt }, call.now) };
    },
  ),
];
