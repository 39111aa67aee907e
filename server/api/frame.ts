import type { IncomingMessage, ServerResponse } from 'node:http';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Role } from '../../lib/contract/roles.ts';
import { roleAtLeast } from '../../lib/contract/roles.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { requestId } from '../http/request.ts';
import { errorBody, toAppError } from '../http/respond.ts';

/** Who calls: a person in a browser or a machine with a token. */
export type Caller = {
  kind: 'session' | 'token';
  userId: string;
  sessionId?: string;
  tokenId?: string;
  role: Role;
  name: string;
  email: string;
};

/** What a route needs: nothing, a signed-in viewer / editor / admin, or the metrics token. */
export type Access = 'public' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Set on every route whose access is not public. */
    caller: Caller;
  }
}

export type RouteEntry = { method: string; url: string; access: Access };

export type ApiPorts = {
  log: Log;
  version: string;
  identify(req: IncomingMessage): Promise<Caller | null>;
  /** Refuses unsafe requests of other sites. */
  checkOrigin(req: IncomingMessage): void;
};

const JSON_LIMIT_BYTES = 2 * 1024 * 1024;

function createApp(ports: ApiPorts, routes: RouteEntry[]) {
  const app = fastify({
    logger: false,
    bodyLimit: JSON_LIMIT_BYTES,
    genReqId: (req) => requestId(req),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, ports.log));
  app.setNotFoundHandler((request, reply) =>
    answerError(new AppError('NOT_FOUND'), request, reply, ports.log),
  );
  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onRoute', (route) => {
    // The reference page registers its own routes; they are documentation.
    if (!route.config?.access && route.url.startsWith('/api/docs'))
      route.config = { ...route.config, access: 'viewer' };
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} does not say who may call it`);
    for (const method of [route.method].flat())
      if (method !== 'HEAD') routes.push({ method, url: route.url, access });
  });
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (!access) return; // the not-found answer
    ports.checkOrigin(request.raw);
    if (access === 'public') return;
    const caller = await ports.identify(request.raw);
    if (!caller) throw new AppError('UNAUTHENTICATED');
    if (!roleAtLeast(caller.role, access)) throw new AppError('FORBIDDEN');
    request.caller = caller;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('Cache-Control', 'no-store');
  });
  return app;
}

/** The API as route files see it: Fastify with zod schemas. */
export type Api = ReturnType<typeof createApp>;

/** A route file: registers its routes, each with `config: { access }` and zod schemas from lib/contract. */
export type Routes = (api: Api) => void;

export type ApiServer = {
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Every route with the access it needs; a test walks it. */
  routes: readonly RouteEntry[];
  openapi(): object;
  close(): Promise<void>;
};

/** Builds the API from its route files; OpenAPI comes from the same zod schemas that check the requests. */
export async function createApi(ports: ApiPorts, files: readonly Routes[]): Promise<ApiServer> {
  const routes: RouteEntry[] = [];
  const app = createApp(ports, routes);
  await app.register(multipart, { limits: { fileSize: 256 * 1024 * 1024, files: 1, fields: 20 } });
  await app.register(swagger, {
    openapi: {
      info: { title: 'Siaran', version: ports.version, description: 'The API of a Siaran station.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'siaran.session_token' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  });
  for (const register of files) await app.register(async (scope) => register(scope as Api));
  await app.ready();
  return {
    handle: (req, res) => app.routing(req, res),
    routes,
    openapi: () => app.swagger(),
    close: () => app.close(),
  };
}

type Invalid = {
  code?: string;
  statusCode?: number;
  validation?: { instancePath: string; message?: string }[];
};

/** Fastify's own errors in the words of the catalogue. */
function translate(error: unknown): AppError {
  if (isAppError(error)) return error;
  const { code, statusCode, validation } = error as Invalid;
  if (validation) {
    const fields = validation.map((issue) => ({
      field: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
      message: issue.message ?? '',
    }));
    return new AppError('VALIDATION', { details: fields, cause: error });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return new AppError('BODY_TOO_LARGE', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('BAD_REQUEST', { cause: error });
  return toAppError(error);
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = translate(thrown);
  if (error.code === 'INTERNAL')
    log.error(
      {
        requestId: request.id,
        url: request.routeOptions.url,
        error: thrown instanceof Error ? thrown.stack : String(thrown),
      },
      'an API request failed',
    );
  if (error.retryAfterSeconds !== undefined)
    reply.header('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
  return reply
    .status(error.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(errorBody(error, request.id)));
}
