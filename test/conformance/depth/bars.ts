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
  "GET /campaigns/{campaign_id}/questions": [3, 5],
  "GET /campaigns/{id}": [2, 4],
  "GET /companies/{company_id}/leads/duplicates": [2, 3],
  "GET /companies/{company_id}/leads/export": [6, 6],
  "GET /companies/{company_id}/leads/metrics": [2, 3],
  "GET /companies/{id}/events": [3, 4],
  "GET /companies/{company_id}/territories": [2, 3],
  "GET /companies/{company_id}/territories/match": [2, 3],
  "GET /import": [1, 3],
  "GET /import/template": [2, 2],
  "GET /import/uploads/{id}": [3, 4],
  "GET /import/{import_code}": [2, 4],
  "GET /import/{import_code}/error_file": [4, 4],
  "GET /import/{import_code}/errors": [2, 4],
  "GET /import/{import_code}/events": [3, 4],
  "GET /import/{import_code}/original_file": [4, 4],
  "GET /import/{import_code}/spared_file": [3, 3],
  "GET /invitations/pending": [2, 2],
  "GET /leads/{id}": [2, 4],
  "GET /leads/{id}/notes": [2, 4],
  "GET /leads/{id}/stage_changes": [2, 4],
  "GET /questions/{id}": [1, 3],
  "GET /users": [2, 3],
  "GET /users/find_by_email": [3, 3],
  "GET /users/{id}": [2, 3],
  "GET /users/{user_id}/audit_events": [2, 3],
  "GET /users/{user_id}/user_access": [2, 3],
  "GET /webhooks/{id}/deliveries": [2, 4],
  "POST /campaigns/{campaign_id}/questions": [4, 5],
  "POST /companies/{company_id}/campaigns": [3, 3],
  "POST /companies/{company_id}/cycles": [4, 4],
  "POST /companies/{company_id}/leads": [3, 3],
  "POST /companies/{company_id}/membership": [4, 4],
  "POST /companies/{company_id}/membership/cancel": [4, 4],
  "POST /companies/{company_id}/territories": [5, 5],
  "POST /import": [9, 10],
  "POST /import/preview": [4, 4],
  "POST /import/{import_code}/cancel": [6, 7],
  "POST /import/{import_code}/commit": [6, 7],
  "POST /import/{import_code}/retry": [5, 6],
  "POST /import/{import_code}/undo": [6, 7],
  "POST /invitations": [4, 5],
  "POST /invitations/{invitation}/accept": [4, 4],
  "POST /leads/{id}/erase": [8, 9],
  "POST /leads/{id}/merge": [5, 6],
  "POST /leads/{id}/notes": [3, 4],
  "POST /leads/{id}/restore": [5, 6],
  "POST /users": [3, 3],
  "POST /users/login": [3, 3],
  "POST /users/{user_id}/user_access": [7, 7],
  "PUT /campaigns/{campaign_id}/questions/options": [6, 7],
  "PUT /campaigns/{campaign_id}/questions/order": [5, 6],
  "PUT /campaigns/{id}": [4, 5],
  "PUT /companies/avatar": [5, 6],
  "PUT /companies/{company_id}/cycles": [4, 4],
  "PUT /companies/{id}": [3, 3],
  "PUT /leads/{id}": [4, 5],
  "PUT /questions/{id}": [4, 5],
  "PUT /sources/{id}": [3, 4],
  "PUT /territories/{id}": [6, 7],
  "PUT /users/avatar": [5, 5],
  "PUT /users/confirm_email": [3, 3],
  "PUT /users/{id}": [4, 4],
  "PUT /users/{user_id}/onboarding": [3, 3],
  "PUT /users/{user_id}/onboarding/terms_and_conditions": [4, 4],
  "PUT /users/{user_id}/user_access": [6, 6],
  "DELETE /companies/avatar": [3, 4],
  "DELETE /invitations/{invitation}": [3, 4],
  "DELETE /leads/{id}": [3, 4],
  "DELETE /leads/{id}/notes/{note_id}": [4, 5],
  "DELETE /questions/{id}": [3, 4],
  "DELETE /sources/{id}": [3, 4],
  "DELETE /territories/{id}": [3, 4],
  "DELETE /users/avatar": [4, 4],
  "DELETE /users/me/sessions/{id}": [3, 3],
  "DELETE /users/{user_id}/user_access/{id}": [4, 4],
};
