import {
  Customer,
  CustomerInput,
  CustomerPage,
  CustomerPatch,
  CustomerQuery,
} from '../../contract/customer.ts';
import type { Customers } from './customers.ts';
import { CustomerPath } from '../../http/path-ids.ts';
import { teamRoute, type Feature } from '../../http/route.ts';

export function customerRoutes(customers: Customers): Feature {
  return {
    tag: 'Customers',
    routes: [
      teamRoute({
        method: 'get',
        path: '/customers',
        right: 'read-customers',
        summary: 'All customers with a number, or those whose name, company or number begins with a text',
        query: CustomerQuery,
        status: 200,
        response: CustomerPage,
        problems: [],
        run: (who, { query }) => customers.list(who, query),
      }),
      teamRoute({
        method: 'post',
        path: '/customers',
        right: 'write-customers',
        summary: 'Make a customer card',
        body: CustomerInput,
        status: 201,
        response: Customer,
        problems: ['duplicate-number'],
        run: (who, { body }) => customers.create(who, body),
      }),
      teamRoute({
        method: 'get',
        path: '/customers/:id',
        right: 'read-customers',
        summary: 'One customer card',
        params: CustomerPath,
        status: 200,
        response: Customer,
        problems: ['not-found'],
        run: (who, { params }) => customers.get(who, params.id),
      }),
      teamRoute({
        method: 'patch',
        path: '/customers/:id',
        right: 'write-customers',
        summary: 'Change a card, naming the version that was read',
        params: CustomerPath,
        body: CustomerPatch,
        status: 200,
        response: Customer,
        problems: ['not-found', 'version-conflict', 'duplicate-number'],
        run: (who, { params, body }) => customers.update(who, params.id, body),
      }),
    ],
  };
}
