import type { Route } from "../http/route.ts";
import { collectionRoutes } from "./collection-routes.ts";
import { memberRoutes } from "./member-routes.ts";

export const userRoutes: Route[] = [...collectionRoutes, ...memberRoutes];
