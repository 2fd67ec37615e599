import type { LoginRequest } from '../../../server/contract/login.ts';
import type { DeskPhone } from '../../../server/contract/session.ts';
import type { DeskApi } from '../../api/desk-api.ts';
import type { PageCommands } from './command.ts';

/** Of this page, its session and its phone. */
export const pageCommands = {
  login: {
    of: 'page',
    run: (page: PageCommands, request: LoginRequest) => page.login(request),
    isSo: (page: PageCommands, request: LoginRequest) => page.isLoggedIn(request),
    host: 'agent.login',
    event: 'telebar-connection',
  },
  logout: {
    of: 'page',
    run: (page: PageCommands) => page.logout(),
    isSo: (page: PageCommands) => !page.hasSession,
    host: 'agent.logout',
    event: 'telebar-connection',
  },
  /** Asks for the microphone again and registers the browser phone again. */
  refreshPhone: { of: 'page', run: (page: PageCommands) => page.refreshPhone() },
  /** Brings the desk and the voice to this page. */
  takeOver: { of: 'page', run: (page: PageCommands) => page.takeOver() },
  listPhones: { of: 'reading', read: (api: DeskApi): Promise<DeskPhone[]> => api.deskPhones() },
} as const;
