import {
  deskContext,
  preferencesContext,
  queriesContext,
  shellContext,
  topicsContext,
} from '../live/contexts.ts';
import { PageContexts } from './page-contexts.ts';

/**
 * One for the page's whole life. It listens from the moment this file is loaded, which is before the elements are defined:
 * those in the host's own markup ask for their contexts at that instant.
 */
export const contextsOfPage = new PageContexts([
  deskContext,
  queriesContext,
  preferencesContext,
  shellContext,
  topicsContext,
]);
