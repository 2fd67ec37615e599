import type { RequestHandler } from 'express';

/** Whether calls can be taken now, and otherwise why not. */
export interface Health {
  /** One sentence for each reason; empty: all is well. */
  reasons(): Promise<string[]>;
  /** What the operator should look at although calls can be taken, a sentence each. */
  notes(): string[];
}

/** `GET /healthz` for load balancers and people: 200 when calls can be taken, otherwise 503 with the reasons. */
export function healthz(health: Health): RequestHandler {
  return async (_request, response) => {
    const reasons = await health.reasons();
    const notes = health.notes();
    const status = reasons.length === 0 ? { status: 'ok' } : { status: 'unavailable', reasons };
    response
      .set('Cache-Control', 'no-store')
      .status(reasons.length === 0 ? 200 : 503)
      .json(notes.length === 0 ? status : { ...status, notes });
  };
}
