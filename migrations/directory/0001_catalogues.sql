-- The roles and the stages that every installation has.
INSERT INTO accesses (id, name, description, permissions) VALUES
  (1, 'owner', 'Everything in the company, its membership and its users',
   '["company.manage","membership.manage","users.manage","invitations.manage","imports.manage","campaigns.manage","cycles.manage","leads.manage","read"]'),
  (2, 'manager', 'Users below manager, invitations, imports, campaigns, cycles and all leads',
   '["users.manage","invitations.manage","imports.manage","campaigns.manage","cycles.manage","leads.manage","read"]'),
  (3, 'agent', 'Reads campaigns, questions and stages; reads and works the leads assigned to them',
   '["leads.work","read"]'),
  (4, 'viewer', 'Reads only', '["read"]');
--> statement-breakpoint
INSERT INTO stages (id, name, key, kind, position) VALUES
  (1, 'New', 'new', 'initial', 1),
  (2, 'Contacted', 'contacted', 'open', 2),
  (3, 'Qualified', 'qualified', 'open', 3),
  (4, 'Proposal', 'proposal', 'open', 4),
  (5, 'Negotiation', 'negotiation', 'open', 5),
  (6, 'Won', 'won', 'won', 6),
  (7, 'Lost', 'lost', 'lost', 7);
