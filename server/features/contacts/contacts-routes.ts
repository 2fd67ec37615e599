import {
  Contact,
  ContactInput,
  ContactPage,
  ContactPatch,
  ContactQuery,
  VersionQuery,
} from '../../contract/contact.ts';
import { ContactPath } from '../../http/path-ids.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { Contacts } from './contacts.ts';

const right = 'use-contacts';

export function contactRoutes(contacts: Contacts): Feature {
  return {
    tag: 'Contacts',
    routes: [
      teamRoute({
        method: 'get',
        path: '/contacts',
        right,
        summary: "The team's phone book and one's own, or those with a part of a name or number",
        query: ContactQuery,
        status: 200,
        response: ContactPage,
        problems: [],
        run: (who, { query }) => contacts.list(who, query),
      }),
      teamRoute({
        method: 'post',
        path: '/contacts',
        right,
        summary: "Keep a contact of one's own; leaders also for the team",
        body: ContactInput,
        status: 201,
        response: Contact,
        problems: [],
        run: (who, { body }) => contacts.create(who, body),
      }),
      teamRoute({
        method: 'patch',
        path: '/contacts/:id',
        right,
        summary: 'Change a contact',
        params: ContactPath,
        body: ContactPatch,
        status: 200,
        response: Contact,
        problems: ['not-found', 'version-conflict'],
        run: (who, { params, body }) => contacts.change(who, params.id, body),
      }),
      teamRoute({
        method: 'delete',
        path: '/contacts/:id',
        right,
        summary: 'Keep a contact no longer',
        params: ContactPath,
        query: VersionQuery,
        status: 204,
        problems: ['not-found', 'version-conflict'],
        run: (who, { params, query }) => contacts.remove(who, params.id, query.version),
      }),
    ],
  };
}
