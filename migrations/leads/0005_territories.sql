CREATE TABLE `lead_sources` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lead_sources_name` ON `lead_sources` (`company_id`,`name_key`);--> statement-breakpoint
CREATE TABLE `territories` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`company_id` integer NOT NULL,
	`name` text NOT NULL,
	`priority` integer NOT NULL,
	`countries` text NOT NULL,
	`states` text NOT NULL,
	`state_keys` text NOT NULL,
	`cities` text NOT NULL,
	`city_keys` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `territories_company` ON `territories` (`company_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `territories_priority` ON `territories` (`company_id`,`priority`);--> statement-breakpoint
CREATE TABLE `territory_users` (
	`territory_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`company_id` integer NOT NULL,
	PRIMARY KEY(`territory_id`, `user_id`),
	FOREIGN KEY (`company_id`,`territory_id`) REFERENCES `territories`(`company_id`,`id`) ON UPDATE no action ON DELETE no action
);
