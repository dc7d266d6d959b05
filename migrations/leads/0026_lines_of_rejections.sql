ALTER TABLE `import_rejections` ADD `line` integer;--> statement-breakpoint
ALTER TABLE `import_rejections` ADD `cell` integer;