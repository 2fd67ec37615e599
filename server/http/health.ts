import type { RequestHandler, Response } from 'express';

/** Whether calls can be taken now, and otherwise why not. */
export interface Health {
  /** One sentence for each reason; empty: all is well. */
  reasons(): Promise<string[]>;
  /** What the operator should look at although calls can be taken, a sentence each. */
  notes(): string[];
}

/** `GET /healthz` for people and monitors: 200 when calls can be taken, otherwise 503 with the reasons. */
export function healthz(health: Health): RequestHandler {
  return async (_request, response) => {
    const reasons = await health.reasons();
    const notes = health.notes();
    const status = reasons.length === 0 ? { status: 'ok' } : { status: 'unavailable', reasons };
    answer(response, reasons.length === 0, notes.length === 0 ? status : { ...status, notes });
  };
}

/**
 * `GET /livez`: the process runs and its event loop turns. It asks for nothing else, so that a database that is away makes
 * nobody end a server whose calls go on.
 */
export const livez: RequestHandler = (_request, response) => answer(response, true, { status: 'ok' });

/** `GET /readyz` for whoever sends pages here: 503 while the server starts or stops, and while calls cannot be taken. */
export function readyz(health: Health, isReady: () => boolean): RequestHandler {
  return async (_request, response) => {
    const reasons = isReady() ? await health.reasons() : ['The server is starting or stopping.'];
    const ready = reasons.length === 0;
    answer(response, ready, ready ? { status: 'ready' } : { status: 'not ready', reasons });
  };
}

function answer(response: Response, well: boolean, body: object): void {
  response
    .set('Cache-Control', 'no-store')
    .status(well ? 200 : 503)
    .json(body);
}
