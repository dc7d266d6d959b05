const NO_PERSON = "it is about a company's work, not about people or what they may do";
const LEADS = "leads have a history of their own";

/** The routes that write and tell the trail nothing, each with why. */
export const EXEMPT: Record<string, string> = {
  "POST /import/preview": "nothing is stored",
  "POST /users/confirm_email": "nothing changes until the link is used",
  "POST /users/reset_password": "anybody may ask for anybody, and nothing changes until the link is used",
  "POST /companies/{company_id}/campaigns": NO_PERSON,
  "PUT /campaigns/{id}": NO_PERSON,
  "POST /campaigns/{campaign_id}/questions": NO_PERSON,
  "PUT /campaigns/{campaign_id}/questions/options": NO_PERSON,
  "PUT /campaigns/{campaign_id}/questions/order": NO_PERSON,
  "PUT /questions/{id}": NO_PERSON,
  "DELETE /questions/{id}": NO_PERSON,
  "POST /companies/{company_id}/sources": NO_PERSON,
  "PUT /sources/{id}": NO_PERSON,
  "DELETE /sources/{id}": NO_PERSON,
  "POST /companies/{company_id}/territories": NO_PERSON,
  "PUT /companies/{company_id}/territories/order": NO_PERSON,
  "PUT /territories/{id}": NO_PERSON,
  "DELETE /territories/{id}": NO_PERSON,
  "PUT /companies/{company_id}/cycles": NO_PERSON,
  "POST /companies/{company_id}/cycles": NO_PERSON,
  "POST /companies/{company_id}/leads": LEADS,
  "PUT /leads/{id}": LEADS,
  "POST /leads/{id}/notes": LEADS,
  "DELETE /leads/{id}/notes/{note_id}": LEADS,
  "POST /leads/{id}/restore": LEADS,
  "POST /leads/{id}/merge": LEADS,
  "POST /companies/{company_id}/membership": NO_PERSON,
  "POST /companies/{company_id}/membership/cancel": NO_PERSON,
  "GET /avatars/{name}": "pages show it all the time, to everyone with its name",
};
