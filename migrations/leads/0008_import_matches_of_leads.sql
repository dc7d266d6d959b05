DROP INDEX `import_matches_lead`;--> statement-breakpoint
CREATE UNIQUE INDEX `import_matches_lead` ON `import_matches` (`lead_id`,`import_id`);