import { originOf } from "../audit/record.ts";
import type { UserActor } from "../auth/actor.ts";
import type { TargetUser } from "../http/policies/user.ts";
import { userPolicy } from "../http/policies/user.ts";
import { type Route, route } from "../http/route.ts";
import { isoTime } from "../http/time.ts";
import { exampleUser, UserAnswer } from "../users/schemas.ts";
import { showUser } from "../users/show-user.ts";
import { avatarRoute } from "./avatar-route.ts";
import { changeAvatar } from "./change-avatar.ts";
import { receivedImage } from "./image/received-image.ts";
import type { AvatarOwner } from "./queries.ts";
import { removeAvatar } from "./remove-avatar.ts";
import {
  exampleAvatar,
  IMAGE_BODY_BYTES,
  IMAGE_TYPES,
  NoUserAvatarBody,
  UserAvatarBody,
  UserAvatarQuery,
} from "./schemas.ts";

export const userAvatarRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/users/avatar",
      operationId: "changeUserAvatar",
      summary: "Change a user's avatar",
      description:
        "Takes a PNG, JPEG, WebP or GIF of at most 2 MiB and 4096 × 4096 pixels: in base64, or as the `file` of a " +
        "form. Each avatar has an address of its own, and the one before is gone.",
      tag: "Avatars",
      access: userPolicy({ may: "manage", in: "body", field: "user_id" }),
      request: { body: UserAvatarBody },
      form: { file: IMAGE_TYPES },
      bodyBytes: IMAGE_BODY_BYTES,
      response: {
        status: 200,
        description: "The user, with the new avatar.",
        schema: UserAnswer,
        example: { user: { ...exampleUser, avatar_route: avatarRoute(exampleAvatar) } },
      },
      errors: ["invalid_image"],
    },
    async ({ call, actor, target, body }) => {
      const [db, origin] = [call.databases.directory, originOf(call, actor)];
      const image = receivedImage(body);
      const user = await showUser(db, actor, target.id);
      const name = await changeAvatar(call.env, db, origin, ownerOf(actor, target, user), image);
      return { user: { ...user, avatar_route: avatarRoute(name), updated_at: isoTime(origin.now) } };
    },
  ),
  route(
    {
      method: "delete",
      path: "/users/avatar",
      operationId: "removeUserAvatar",
      summary: "Remove a user's avatar",
      description:
        "The user is named in the body or in the query; where neither names one, it is the caller.",
      tag: "Avatars",
      access: userPolicy({ may: "manage", in: "body_or_query", field: "user_id" }),
      request: { query: UserAvatarQuery, body: NoUserAvatarBody },
      response: {
        status: 200,
        description: "The user, without an avatar; so too where there was none.",
        schema: UserAnswer,
        example: { user: exampleUser },
      },
    },
    async ({ call, actor, target }) => {
      const [db, origin] = [call.databases.directory, originOf(call, actor)];
      const user = await showUser(db, actor, target.id);
      const removed = await removeAvatar(call.env, db, origin, ownerOf(actor, target, user));
      return { user: { ...user, avatar_route: null, ...(removed && { updated_at: isoTime(origin.now) }) } };
    },
  ),
];

/** A user's managers see all of their companies, so the primary one stands for them. */
function ownerOf(
  actor: UserActor,
  { id, self }: TargetUser,
  { primary_company: company }: Awaited<ReturnType<typeof showUser>>,
): AvatarOwner {
  return { kind: "user", id, companyId: self || actor.operator ? null : (company?.id ?? null) };
}
