import { Router, type Request } from 'express';
import type * as z from 'zod/mini';
import type { ProblemCode } from '../contract/problem.ts';
import type { Right } from '../vocabulary/rights.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { Identity, Requester } from '../core/kernel/actor.ts';
import { PASSED_ON } from '../core/kernel/passed-on.ts';
import { Elsewhere, passOn } from './pass-on.ts';
import type { AnswerBook } from '../core/kernel/answers.ts';
import { etagOf, versionMissing, versionOf } from './versions.ts';
import { markedRequest } from './marked-request.ts';
import { bearerToken, pageOrigin } from './requester.ts';
import { validate, type Schema } from './validate.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a route is called and takes, from which it is mounted and documented alike: it cannot be one without the other. */
export interface RouteDescription {
  readonly method: Method;
  /** Below /api/v1, in Express's spelling: `/calls/:id/answer`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** What a body may have; 64 KiB unless it is said. */
  readonly bodyBytes?: number;
  readonly status: 200 | 201 | 204;
  /** Absent exactly with status 204. One with a `version` is answered with an `ETag`. */
  readonly response?: Schema;
  /** Whether it takes `If-Match`: the version of what is to be changed, as it was read. */
  readonly ifMatch?: 'required' | 'optional';
  /** Shown in the API's document. */
  readonly example?: { readonly body?: unknown; readonly response?: unknown };
  /** What it can refuse beyond what every route can. */
  readonly problems: readonly ProblemCode[];
  readonly auth: 'none' | 'session';
  /** Whether a program may ask with a key, too. One's own desk, calls and session are a person's. */
  readonly keys: 'taken' | 'refused';
  /** What who asks needs to be allowed. Null: it needs no session. */
  readonly right: Right | null;
  /** Whether it works while the agent's desk is locked. Null: it needs no session, so that no desk is meant. */
  readonly whenLocked: 'allowed' | 'refused' | null;
}

/** Who is asking, and what they may ask for now. Rejects with a `DomainError`. */
export interface Doorkeeper {
  /** Keeps what requests with a key were answered. */
  readonly answers: AnswerBook;
  /** token-missing, token-invalid, token-expired, rate-limited; origin-not-allowed when the page's origin is not the team's. */
  authenticate(token: string | null, origin: string | null): Promise<Requester>;
  /** Whether the desk is locked. */
  isLocked(who: Identity): boolean;
  /** Whether who asks has the right at all; whom and what it may be used on is for the use case to say. */
  holds(who: Requester, right: Right): boolean;
  /** The address of the server that has the team of who asks; null: this one answers. */
  elsewhere(who: Requester): Promise<string | null>;
  /** Whether any team allows this origin (CORS preflight, before a token is seen). */
  isAllowedOrigin(origin: string): Promise<boolean>;
}

export interface Route extends RouteDescription {
  handle(request: Request, doorkeeper: Doorkeeper, once: Once): Promise<unknown>;
}

/** The routes of one feature. */
export interface Feature {
  readonly tag: string;
  readonly routes: readonly Route[];
  /** Where its first answers are kept, if not in the book of the doorkeeper. */
  readonly answers?: AnswerBook;
}

/** Answers once: what has the same key is answered as before, and not done. */
type Once = (actor: string, work: () => Promise<unknown>) => Promise<unknown>;

type Output<T> = T extends Schema ? z.output<T> : undefined;
/** Handlers answer with what the schema takes; clients parse it with the same schema. */
type Answer<T> = T extends Schema ? z.input<T> : void;

interface Parts<P, Q, B> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
  request: Request;
}

interface Definition<P, Q, B, R> extends Omit<
  RouteDescription,
  'auth' | 'keys' | 'right' | 'whenLocked' | 'example'
> {
  readonly params?: P & Schema;
  readonly query?: Q & Schema;
  readonly body?: B & Schema;
  readonly response?: R & Schema;
  readonly example?: { readonly body?: B extends Schema ? z.input<B> : never; readonly response?: Answer<R> };
}

/** A route that needs no session: logging in, and the demo's own. */
export function publicRoute<P = undefined, Q = undefined, B = undefined, R = undefined>(
  definition: Definition<P, Q, B, R> & { run: (input: Parts<P, Q, B>) => Promise<Answer<R>> },
): Route {
  const { run, ...description } = definition;
  const parse = parser<P, Q, B>(description);
  return {
    ...description,
    auth: 'none',
    keys: 'refused',
    right: null,
    whenLocked: null,
    handle: (request, _doorkeeper, once) => once('', async () => run(parse(request))),
  };
}

interface Guarded<Who, P, Q, B, R> extends Definition<P, Q, B, R> {
  readonly right: Right;
  /** By default a locked desk may read and nothing else. */
  readonly whenLocked?: 'allowed' | 'refused';
  readonly run: (who: Who, input: Parts<P, Q, B>) => Promise<Answer<R>>;
}

/**
 * A route for an agent who has logged in: authenticated before anything of the request is looked at. While the desk is
 * locked only reading goes on (the desk is drawn behind its lock, a call that rings is shown), and what says of itself
 * that it is allowed: a new route that changes something is refused without anybody having thought of it.
 */
export function sessionRoute<P = undefined, Q = undefined, B = undefined, R = undefined>({
  run,
  ...definition
}: Guarded<Identity, P, Q, B, R>): Route {
  const answer = (who: Requester, input: Parts<P, Q, B>) => run(personOf(who), input);
  return guardedRoute<P, Q, B, R>({ ...definition, run: answer }, 'refused');
}

/** The same, and for a program with a key as well: what belongs to the team. */
export function teamRoute<P = undefined, Q = undefined, B = undefined, R = undefined>(
  definition: Guarded<Requester, P, Q, B, R>,
): Route {
  return guardedRoute(definition, 'taken');
}

function guardedRoute<P, Q, B, R>(
  definition: Guarded<Requester, P, Q, B, R>,
  keys: RouteDescription['keys'],
): Route {
  const {
    run,
    whenLocked = definition.method === 'get' ? 'allowed' : 'refused',
    ...description
  } = definition;
  const parse = parser<P, Q, B>(description);
  return {
    ...description,
    problems: [
      ...description.problems,
      'forbidden',
      ...(whenLocked === 'refused' ? ['locked' as const] : []),
    ],
    auth: 'session',
    keys,
    whenLocked,
    handle: async (request, doorkeeper, once) => {
      const who = await doorkeeper.authenticate(bearerToken(request), pageOrigin(request));
      if (keys === 'refused') personOf(who);
      const url = request.get(PASSED_ON) === undefined ? await doorkeeper.elsewhere(who) : null;
      if (url !== null) throw new Elsewhere(url);
      if (!doorkeeper.holds(who, description.right)) {
        throw new DomainError('forbidden', 'This needs a right that is not given here.', {
          right: description.right,
        });
      }
      if (whenLocked === 'refused' && who.kind === 'agent' && doorkeeper.isLocked(who)) {
        throw new DomainError('locked', 'The desk is locked: unlock it with the password first.');
      }
      return once(`${who.teamId}/${idOf(who)}`, async () => run(who, parse(request)));
    },
  };
}

function idOf(who: Requester): string {
  return who.kind === 'agent' ? who.agentId : who.keyId;
}

/** @throws DomainError forbidden */
function personOf(who: Requester): Identity {
  if (who.kind === 'agent') return who;
  throw new DomainError(
    'forbidden',
    'A key has no desk and no calls of its own: log in as an agent for this.',
  );
}

interface Versioned<Who, P, Q, B, R> extends Definition<P, Q, B, R> {
  readonly right: Right;
  readonly run: (who: Who, input: Parts<P, Q, B> & { version: number }) => Promise<Answer<R>>;
}

/** A route that changes what has a version: `If-Match` says which one was read. */
export function versionedRoute<P = undefined, Q = undefined, B = undefined, R = undefined>(
  definition: Versioned<Requester, P, Q, B, R>,
): Route {
  return teamRoute(versioned(definition));
}

/** The same, for people alone. */
export function versionedSessionRoute<P = undefined, Q = undefined, B = undefined, R = undefined>(
  definition: Versioned<Identity, P, Q, B, R>,
): Route {
  return sessionRoute(versioned(definition));
}

function versioned<Who, P, Q, B, R>(definition: Versioned<Who, P, Q, B, R>): Guarded<Who, P, Q, B, R> {
  const { run, ...rest } = definition;
  return {
    ...rest,
    ifMatch: 'required',
    problems: [...rest.problems, 'version-conflict', 'version-required'],
    run: (who, parts) => run(who, { ...parts, version: versionOf(parts.request) ?? versionMissing() }),
  };
}

/** The router of one feature. */
export function routerOf(feature: Feature, doorkeeper: Doorkeeper): Router {
  const router = Router();
  for (const route of feature.routes) {
    router[route.method](route.path, async (request, response) => {
      const once: Once = async (actor, work) => {
        const marked = route.method === 'get' ? null : markedRequest(request, actor);
        if (marked === null) return work();
        const { answer, replayed } = await (feature.answers ?? doorkeeper.answers).once(marked, work);
        if (replayed) response.set('Idempotency-Replayed', 'true');
        return answer;
      };
      let answer: unknown;
      try {
        answer = await route.handle(request, doorkeeper, once);
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
        return passOn(request, response, error.url);
      }
      if (route.status === 204) response.status(204).end();
      else {
        const etag = etagOf(answer);
        if (etag !== null) response.set('ETag', etag);
        response.status(route.status).json(answer);
      }
    });
  }
  return router;
}

function parser<P, Q, B>({ params, query, body }: Pick<RouteDescription, 'params' | 'query' | 'body'>) {
  const parseParams = params && validate('path', params);
  const parseQuery = query && validate('query', query);
  const parseBody = body && validate('body', body);
  return (request: Request): Parts<P, Q, B> => ({
    params: parseParams?.(request.params) as Output<P>,
    query: parseQuery?.(request.query) as Output<Q>,
    body: parseBody?.(request.body) as Output<B>,
    request,
  });
}
