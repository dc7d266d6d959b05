import type { Route } from "../../http/route.ts";
import { collectionRoutes } from "./collection-routes.ts";

export const userRoutes: Route[] = [...collectionRoutes];
