CREATE TABLE `fillers` (
	`id` integer PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL
);
