DROP INDEX "channel_name";--> statement-breakpoint
CREATE INDEX "channel_order" ON "channel" USING btree (coalesce("sort_number", 2147483647),"num");--> statement-breakpoint
CREATE INDEX "channel_name" ON "channel" USING btree (lower("name"),"num");