import { z } from 'zod';

/** Every error answer of the API (contracts.md §2). */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    docUrl: z.string(),
    requestId: z.string(),
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** A list with a cursor: `items`, the cursor of the next page or null, and how many there are in all. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.number().int() });
export type Page<T> = { items: T[]; nextCursor: string | null; total: number };

export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Any playable is named by its uuid or by its number (contracts.md §1). */
export const IdOrNum = z
  .string()
  .regex(/^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{1,12})$/);
export const Uuid = z.uuid();
export const Timestamp = z.iso.datetime({ offset: true });
export const Ok = z.object({ ok: z.literal(true) });
