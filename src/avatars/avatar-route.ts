import { BASE_PATH } from "../http/mount.ts";

/** Where an avatar is served, by the name that its owner's row keeps. @returns `null` without one. */
export function avatarRoute(name: string): string;
export function avatarRoute(name: string | null): string | null;
export function avatarRoute(name: string | null): string | null {
  return name === null ? null : `${BASE_PATH}/avatars/${name}`;
}
