ALTER TABLE "upload" ALTER COLUMN "video_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "size_bytes" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "concat" text;--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "final_id" text;--> statement-breakpoint
ALTER TABLE "upload" ADD CONSTRAINT "upload_final_id_upload_id_fk" FOREIGN KEY ("final_id") REFERENCES "public"."upload"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "upload_final" ON "upload" USING btree ("final_id");