ALTER TABLE "provider" ADD COLUMN "max_connections" integer;--> statement-breakpoint
ALTER TABLE "provider" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;