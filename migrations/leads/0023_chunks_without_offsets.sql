ALTER TABLE `import_chunks` DROP COLUMN `start_offset`;--> statement-breakpoint
ALTER TABLE `import_chunks` DROP COLUMN `end_offset`;--> statement-breakpoint
ALTER TABLE `import_chunks` DROP COLUMN `leads_up_to`;