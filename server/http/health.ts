import type { RequestHandler } from 'express';

/** Whether calls can be taken now, and otherwise why not. */
export interface Health {
  /** One sentence for each reason; empty: all is well. */
  reasons(): Promise<string[]>;
}

/** `GET /healthz` for load balancers and people: 200 when calls can be taken, otherwise 503 with the reasons. */
export function healthz(health: Health): RequestHandler {
  return async (_request, response) => {
    const reasons = await health.reasons();
    response
      .set('Cache-Control', 'no-store')
      .status(reasons.length === 0 ? 200 : 503)
      .json(reasons.length === 0 ? { status: 'ok' } : { status: 'unavailable', reasons });
  };
}
