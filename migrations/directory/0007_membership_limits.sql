-- Each company with the membership that counts for it: its own, else that of the nearest company above it. All
-- companies with one holder share its limits, and a company without any membership is not in it.
CREATE VIEW shared_memberships AS
SELECT below.company_id, held.company_id AS holder_id, held.membership_id
FROM company_memberships held JOIN company_ancestors below ON below.ancestor_id = held.company_id
WHERE held.status <> 'canceled' AND NOT EXISTS (
  SELECT 1 FROM company_ancestors nearer JOIN company_memberships other ON other.company_id = nearer.ancestor_id
  WHERE nearer.company_id = below.company_id AND nearer.depth < below.depth AND other.status <> 'canceled');
--> statement-breakpoint
-- Who has an access in one of the companies that share a membership is one of its users, however many they have.
-- Only a new one is refused: those who are there stay, even where a smaller membership has been taken since.
CREATE TRIGGER user_accesses_membership_limit AFTER INSERT ON user_accesses BEGIN SELECT RAISE(ABORT, 'membership_limit ' || m.max_users) FROM shared_memberships mine JOIN memberships m ON m.id = mine.membership_id WHERE mine.company_id = NEW.company_id AND NOT EXISTS (SELECT 1 FROM user_accesses ua JOIN shared_memberships s ON s.company_id = ua.company_id WHERE ua.user_id = NEW.user_id AND ua.id <> NEW.id AND s.holder_id = mine.holder_id) AND m.max_users < (SELECT count(DISTINCT ua.user_id) FROM shared_memberships s JOIN user_accesses ua ON ua.company_id = s.company_id WHERE s.holder_id = mine.holder_id); END;
