import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ImportRequest, ImportResult, MaxConnections } from '../../lib/contract/channels.ts';
import { Uuid } from '../../lib/contract/common.ts';
import type { Catalog } from '../catalog/index.ts';
import { AppError } from '../core/errors.ts';
import type { Routes } from './frame.ts';

type Ports = { catalog: Pick<Catalog, 'import'> };
type Details = {
  name?: string | undefined;
  providerId?: string | undefined;
  maxConnections?: number | undefined;
  dryRun: boolean;
};

const TEXT_LIMIT_BYTES = 72 * 1024 * 1024;

/** The fields of the multipart form beside `file`; in a form everything is text. */
const FormFields = z.object({
  name: z.string().trim().max(200).optional(),
  providerId: z.union([Uuid, z.literal('').transform(() => undefined)]).optional(),
  maxConnections: z
    .union([z.literal('').transform(() => undefined), z.coerce.number().pipe(MaxConnections)])
    .optional(),
  dryRun: z
    .enum(['true', 'false', '1', '0', ''])
    .optional()
    .transform((text) => text === 'true' || text === '1'),
});

/** Imports an M3U list from a file, pasted text or an address; `dryRun` only says what would change. */
export const importRoutes =
  ({ catalog }: Ports): Routes =>
  (api) => {
    api.post(
      '/api/v1/channels/import',
      {
        bodyLimit: TEXT_LIMIT_BYTES,
        config: { access: 'editor' },
        schema: {
          tags: ['Channels'],
          summary: 'Import an M3U list (multipart with `file`, or JSON with `text` or `url`)',
          body: ImportRequest.nullish(),
          response: { 200: ImportResult },
        },
      },
      async (request, reply) => {
        const signal = endOf(reply);
        if (request.isMultipart()) return importForm(catalog, request, signal);
        const { text, url, ...details } = request.body ?? { dryRun: false };
        const userId = request.caller.userId;
        if (text !== undefined && url === undefined) {
          return catalog.import({ input: { kind: 'text', text }, ...details, userId, signal });
        }
        if (url !== undefined && text === undefined) {
          return catalog.import({ input: { kind: 'url', url }, ...details, userId, signal });
        }
        throw new AppError('VALIDATION', {
          details: [{ field: 'text', message: 'Give either text or url.' }],
        });
      },
    );
  };

/** Aborted when the caller goes away before the answer, so that nobody's import goes on alone. */
function endOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new AppError('BAD_REQUEST'));
  });
  return gone.signal;
}

/** Reads the form as it comes: the file goes straight into the import, the other fields may stand before or after it. */
async function importForm(catalog: Ports['catalog'], request: FastifyRequest, signal: AbortSignal) {
  const fields: Record<string, unknown> = {};
  const later = Promise.withResolvers<Details>();
  later.promise.catch(() => {});
  let running: ReturnType<Catalog['import']> | null = null;
  let fileName = '';
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        fields[part.fieldname] = part.value;
      } else if (running === null && part.fieldname === 'file') {
        fileName = part.filename ?? '';
        const { file } = part;
        const input = { kind: 'file', stream: file } as const;
        running = catalog.import({ input, details: later.promise, userId: request.caller.userId, signal });
        // A refused list still has to be read to its end, or the rest of the form never comes.
        running.catch(() => file.resume());
      } else part.file.resume();
    }
    later.resolve(detailsOf(fields, fileName));
  } catch (error) {
    later.reject(error);
    await running?.catch(() => {});
    throw error;
  }
  if (running === null)
    throw new AppError('VALIDATION', { details: [{ field: 'file', message: 'The form has no file.' }] });
  return running;
}

function detailsOf(fields: Record<string, unknown>, fileName: string): Details {
  const parsed = FormFields.safeParse(fields);
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => ({
      field: issue.path.join('.'),
      message: issue.message,
    }));
    throw new AppError('VALIDATION', { details });
  }
  return { ...parsed.data, name: parsed.data.name || fileName.slice(0, 200) };
}
