import type { RouteSpec } from "../../../src/http/route-spec.ts";

/** How many calls in a row a route may wait for where this isolate knows its caller, and where it does not. */
export type Bar = [known: number, unknown: number];

const READ: Bar = [1, 2];
const WRITE: Bar = [2, 2];
const UPLOAD: Bar = [4, 4];

/** The bar of a route. */
export function barOf({ method, upload }: RouteSpec): Bar {
  if (upload) return UPLOAD;
  return method === "get" ? READ : WRITE;
}

/** Routes that still wait for more, as measured: a figure here may only fall, and a line only go. */
export const MORE: Record<string, Bar> = {
  "GET /companies/{company_id}/leads/export": [6, 6],
  "GET /companies/{id}/events": [4, 5],
  "GET /import": [1, 3],
  "GET /import/template": [2, 2],
  "GET /import/uploads/{id}/presigned_parts": [2, 3],
  "GET /import/{import_code}/error_file": [4, 4],
  "GET /import/{import_code}/events": [2, 2],
  "GET /import/{import_code}/original_file": [4, 4],
  "GET /import/{import_code}/spared_file": [3, 3],
  "GET /invitations/pending": [2, 2],
  "GET /leads/{id}": [2, 2],
  "GET /leads/{id}/notes": [2, 2],
  "GET /users/find_by_email": [2, 2],
  "POST /companies/{company_id}/erasures": [4, 4],
  "POST /companies/{company_id}/territories": [3, 3],
  "POST /import": [5, 5],
  "POST /import/uploads": [3, 3],
  "POST /import/uploads/{id}/complete": [6, 6],
  "POST /import/{import_code}/commit": [3, 3],
  "POST /invitations/{invitation}/accept": [4, 4],
  "POST /invitations/{invitation}/decline": [4, 4],
  "POST /leads/{id}/erase": [7, 7],
  "POST /leads/{id}/restore": [3, 3],
  "POST /users/login": [3, 3],
  "POST /users/{user_id}/user_access": [3, 3],
  "PUT /companies/avatar": [5, 5],
  "PUT /companies/{company_id}/leads/batch": [5, 5],
  "PUT /territories/{id}": [3, 3],
  "PUT /users/avatar": [5, 5],
  "PUT /users/confirm_email": [3, 3],
  "PUT /users/{user_id}/user_access": [3, 3],
  "DELETE /companies/avatar": [3, 3],
  "DELETE /import/uploads/{id}": [5, 5],
  "DELETE /users/avatar": [4, 4],
};
