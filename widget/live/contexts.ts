import { createContext } from '@lit/context';
import type { Desk } from './desk.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Queries } from '../records/queries.ts';
import type { Shell } from './shell.ts';
import type { Topics } from './topics.ts';

// Five small contexts; `host/mount.ts` provides them for the whole page, tests provide fakes on a fixture.

/** Live state and commands. Read it through `DeskController`. */
export const deskContext = createContext<Desk>(Symbol('telebar-desk'));

/** What is told beside the desk: queues, rosters. Follow it through `TopicsController`. */
export const topicsContext = createContext<Topics>(Symbol('telebar-topics'));

/** Server records: customers, call history, desk phones. Read it through `QueryController`. */
export const queriesContext = createContext<Queries>(Symbol('telebar-queries'));

/** Choices of this browser. Read it through `PreferencesController`. */
export const preferencesContext = createContext<PreferenceStore>(Symbol('telebar-preferences'));

/** What is open on the page: visibility, panel, pop, notices. Read it through `ShellController`. */
export const shellContext = createContext<Shell>(Symbol('telebar-shell'));
