import type { ReactiveController } from 'lit';
import { ProviderLogout as Told } from '../../../server/contract/single-sign-on.ts';
import type { ControllerHost } from '../../controllers/context-value.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';

/** Who has come from the provider of the team and logs out is led to its own logout, where the team says so. */
export class ProviderLogout implements ReactiveController {
  readonly #desk: DeskController;
  readonly #told: QueryController<{ url: string | null }>;
  /** Of the session that is open. */
  #url: string | null = null;
  #isLeaving = false;

  constructor(host: ControllerHost, go = (url: string): void => location.assign(url)) {
    this.#go = go;
    this.#desk = new DeskController(host);
    this.#told = new QueryController(host, ({ http }) => {
      const { session = null } = this.#desk.value ?? {};
      const id = session && `${session.agent.id}/${session.expiresAt}`;
      return {
        queryKey: ['provider-logout', id],
        queryFn: ({ signal }) =>
          http.request({ method: 'GET', path: '/sessions/current/provider-logout', schema: Told, signal }),
        enabled: id !== null,
        staleTime: Infinity,
      };
    });
    host.addController(this);
  }

  readonly #go: (url: string) => void;

  hostUpdate(): void {
    const { session = null, pending } = this.#desk.value ?? {};
    if (session !== null) {
      this.#url = this.#told.result?.data?.url ?? null;
      this.#isLeaving = pending?.has('logout') === true;
    } else if (this.#isLeaving) {
      this.#isLeaving = false;
      if (this.#url !== null) this.#go(this.#url);
    }
  }
}
