import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { Logger } from '../core/kernel/logger.ts';
import { cors } from './cors.ts';
import { onlyThisMachine } from './demo-host.ts';
import { healthz, livez, readyz, type Health } from './health.ts';
import { metricsPage, type MetricsOptions } from './metrics.ts';
import { openApi } from './openapi.ts';
import { pages } from './pages.ts';
import { problemOf, sendProblem } from './problem.ts';
import { routerOf, type Doorkeeper, type Feature } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { limitOpenBodies } from './slow-clients.ts';

/** Largest body that is read. */
const BODY_LIMIT = '64kb';
/** Files that have not come whole: each may take as much as all other bodies of an address. */
const OPEN_FILES = { perNetwork: 2, inAll: 8 };

/** Requests are logged at debug level: they are no steps in the life of anything. */
export interface HttpLogger extends Logger {
  debug(details: object, message: string): void;
}

export interface HttpAppOptions {
  /** Every feature's routes: mounted and documented from here. */
  readonly features: readonly Feature[];
  readonly doorkeeper: Doorkeeper;
  /** A demo has known passwords: it answers this machine only. */
  readonly demo: boolean;
  readonly health: Health;
  readonly metrics: Omit<MetricsOptions, 'demo'>;
  /** False until everything has been loaded: the API refuses until then, rather than half answer. */
  readonly isReady: () => boolean;
  readonly logger: HttpLogger;
  /** Hops of reverse proxies whose forwarding headers are believed. */
  readonly trustProxy: number;
  /** Folder of the built widget and pages. */
  readonly publicFolder: string;
  /** Origins of foreign sockets that our own pages open: a switch that lives elsewhere. */
  readonly sockets?: readonly string[];
  /** Of the software, for the API's document. */
  readonly version: string;
  /** Names under which a demo answers beside those of its machine. */
  readonly hosts?: readonly string[];
}

export function createHttpApp(options: HttpAppOptions): Express {
  const { features, doorkeeper, demo, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  // Answers of the API are not stored; files bring their own tags.
  app.disable('etag');
  app.set('trust proxy', options.trustProxy);
  app.set('query parser', 'simple');
  app.use(correlate(logger), securityHeaders);
  if (demo) app.use(onlyThisMachine(options.hosts ?? []));
  app.get('/healthz', healthz(options.health));
  app.get('/livez', livez);
  app.get('/readyz', readyz(options.health, options.isReady));
  app.get('/metrics', metricsPage({ ...options.metrics, demo }));

  const api = express.Router();
  const document = openApi(features, options.version);
  api.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  // Readable by any tool: it holds nothing but what is in the source.
  api.get('/openapi.json', (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').json(document);
  });
  api.use(cors(doorkeeper), refuseUntil(options.isReady), limitOpenBodies());
  for (const { path, method, bodyBytes } of features.flatMap(({ routes }) => routes)) {
    if (bodyBytes === undefined) continue;
    api[method](path, limitOpenBodies(OPEN_FILES), express.json({ limit: bodyBytes }));
  }
  api.use(express.json({ limit: BODY_LIMIT }));
  for (const feature of features) api.use(routerOf(feature, doorkeeper));
  app.use('/api/v1', api);

  app.use(pages(options.publicFolder, demo, options.sockets ?? []));
  app.use((request) => {
    throw new DomainError('not-found', `There is nothing at ${request.method} ${request.path}.`);
  });
  app.use(answerProblem(logger));
  return app;
}

function refuseUntil(isReady: () => boolean): RequestHandler {
  return (_request, _response, next) => {
    if (!isReady()) throw new DomainError('unavailable', 'The server is starting or stopping.');
    next();
  };
}

/** Every request has an id, which is in its answer, in a problem and in the log. Paths are logged without their query. */
function correlate(logger: HttpLogger): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    const started = performance.now();
    response.locals['requestId'] = requestId;
    response.set('X-Request-Id', requestId);
    response.once('finish', () => {
      const { method } = request;
      const path = pathOf(request);
      const ms = Math.round(performance.now() - started);
      logger.debug({ requestId, method, path, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}

function answerProblem(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const requestId = String(response.locals['requestId']);
    const problem = problemOf(error, requestId);
    if (problem.code === 'internal') {
      logger.error(
        { requestId, method: request.method, path: pathOf(request), err: error },
        'request failed',
      );
    }
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
}

/** Without the query, which can hold telephone numbers. */
function pathOf(request: Request): string {
  return request.originalUrl.replace(/\?.*$/s, '');
}
