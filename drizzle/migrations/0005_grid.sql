CREATE TABLE "grid" (
	"video_id" uuid NOT NULL,
	"gen" integer NOT NULL,
	"plan" jsonb NOT NULL,
	"promised_frames" integer,
	"frames" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "grid_video_id_gen_pk" PRIMARY KEY("video_id","gen")
);
--> statement-breakpoint
CREATE TABLE "piece" (
	"id" uuid PRIMARY KEY NOT NULL,
	"video_id" uuid NOT NULL,
	"gen" integer NOT NULL,
	"kind" text NOT NULL,
	"track" integer DEFAULT 0 NOT NULL,
	"from_segment" integer NOT NULL,
	"to_segment" integer,
	"state" text NOT NULL,
	"owner" integer,
	"attempt" integer DEFAULT 0 NOT NULL,
	"sizes" jsonb,
	"error" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "watch_position" (
	"user_id" text NOT NULL,
	"video_id" uuid NOT NULL,
	"seconds" double precision NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "watch_position_user_id_video_id_pk" PRIMARY KEY("user_id","video_id")
);
--> statement-breakpoint
ALTER TABLE "rendition" ALTER COLUMN "layout" SET DEFAULT 'split';--> statement-breakpoint
ALTER TABLE "job" ADD COLUMN "log" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "video" ADD COLUMN "storyboard" jsonb;--> statement-breakpoint
ALTER TABLE "video" ADD COLUMN "subtitles" jsonb;--> statement-breakpoint
ALTER TABLE "video" ADD COLUMN "chapters" jsonb;--> statement-breakpoint
ALTER TABLE "video" ADD COLUMN "watched_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "video" ADD COLUMN "watched_segment" integer;--> statement-breakpoint
ALTER TABLE "grid" ADD CONSTRAINT "grid_video_id_video_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."video"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "piece" ADD CONSTRAINT "piece_video_id_video_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."video"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_position" ADD CONSTRAINT "watch_position_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_position" ADD CONSTRAINT "watch_position_video_id_video_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."video"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "piece_range" ON "piece" USING btree ("video_id","gen","kind","track","from_segment");--> statement-breakpoint
CREATE INDEX "piece_state" ON "piece" USING btree ("state");